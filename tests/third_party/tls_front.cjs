// tls_front.cjs FOLDER ADDRESS TARGET: TLS on ADDRESS:443 with FOLDER's certificate before plain HTTP on 127.0.0.1:TARGET.
const fs = require("fs"), net = require("net"), tls = require("tls");
const [folder, address, target] = process.argv.slice(2);
tls.createServer({ key: fs.readFileSync(`${folder}/key.pem`), cert: fs.readFileSync(`${folder}/cert.pem`) }, (client) => {
    const server = net.connect(Number(target), "127.0.0.1");
    client.pipe(server).pipe(client);
    client.on("error", () => server.destroy());
    server.on("error", () => client.destroy());
}).listen(443, address, () => fs.writeFileSync(`${folder}/${address}.ready`, ""));
