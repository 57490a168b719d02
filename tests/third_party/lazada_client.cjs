// lazada_client.cjs FIRST-LINE-OF-THE-SANDBOX: the client's calls that have to work, and those that have to be refused.
const fs = require("fs"), assert = require("assert");
const LazadaAPI = require("lazada-open-platform-sdk");

const sandbox = JSON.parse(fs.readFileSync(process.argv[2], "utf8").split("\n")[0]);
const countries = { SG: "SINGAPORE", MY: "MALAYSIA", TH: "THAILAND", VN: "VIETNAM", PH: "PHILIPPINES", ID: "INDONESIA" };
let calls = 0;
const count = async (promise) => { calls += 1; return promise; };
const refused = async (code, promise) => {
    calls += 1;
    await assert.rejects(promise, (answer) => {
        assert.strictEqual(answer.code, code, JSON.stringify(answer));
        return true;
    });
};
const control = async (method, path, body) => {
    const answer = await fetch(`${sandbox.control}/lazada${path}`, { method, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return answer.json();
};

// The seller's part, at the page's own address: it is no part of the client.
async function consent(seller) {
    const answer = await fetch("https://auth.lazada.com/oauth/authorize", {
        method: "POST", redirect: "manual",
        body: new URLSearchParams({ client_id: sandbox.lazada_app_key, state: "s1", seller, decision: "accept" }),
    });
    const back = new URL(answer.headers.get("location"));
    assert.strictEqual(back.searchParams.get("state"), "s1");
    return back.searchParams.get("code");
}

async function main() {
    const app = [sandbox.lazada_app_key, sandbox.lazada_app_secret];
    const { sellers } = await control("GET", "/sellers");
    const seller = sellers.find((one) => one.shops.length > 1);

    // Authorisation
    const code = await consent(seller.id);
    const first = await count(LazadaAPI(...app, "SINGAPORE").generateAccessToken({ code }));
    assert.strictEqual(first.country, "cb");
    assert.strictEqual(first.country_user_info.length, seller.shops.length);
    await refused("InvalidCode", LazadaAPI(...app, "SINGAPORE").generateAccessToken({ code }));
    await refused("IncompleteSignature", LazadaAPI(app[0], "wrong", "SINGAPORE").generateAccessToken({ code }));
    await refused("InvalidAppKey", LazadaAPI("1", app[1], "SINGAPORE").generateAccessToken({ code }));
    const renewed = await count(LazadaAPI(...app, "SINGAPORE").refreshAccessToken({ refresh_token: first.refresh_token }));
    await refused("IllegalRefreshToken", LazadaAPI(...app, "SINGAPORE").refreshAccessToken({ refresh_token: "x" }));

    // Orders, in each market at its own host
    for (const shop of seller.shops) {
        const api = LazadaAPI(...app, countries[shop.region], renewed.access_token);
        const since = { update_after: "2020-01-01T00:00:00+08:00" };
        const all = await count(api.getOrders({ ...since, sort_by: "updated_at", sort_direction: "ASC", limit: 100 }));
        const { orders } = await control("GET", `/state?shop=${shop.id}`);
        assert.strictEqual(all.data.countTotal, orders.length);
        const ids = all.data.orders.map((order) => order.order_id);
        assert.deepStrictEqual([...ids].sort(), orders.map((order) => order.id).sort());
        const page = await count(api.getOrders({ ...since, limit: 2, offset: 1 }));
        assert.strictEqual(page.data.orders.length, 2);
        // The client takes numbers for a single order's id, which cannot hold these: several at once are text.
        const many = await count(api.getMultipleOrderItems({ order_ids: `[${ids.slice(0, 3)}]` }));
        assert.strictEqual(many.data.length, 3);
        await refused("16", api.getOrder({ order_id: 7 }));
        await refused("17", api.getOrders({ update_after: "yesterday" }));
        await refused("56", api.getMultipleOrderItems({ order_ids: ids[0] }));
    }
    // A market in which the seller has no store, a token that is none, a call that was retired
    await refused("IllegalAccessToken", LazadaAPI(...app, "VIETNAM", renewed.access_token).getOrder({ order_id: 7 }));
    await refused("IllegalAccessToken", LazadaAPI(...app, "MALAYSIA", first.access_token).getOrder({ order_id: 7 }));
    const retired = LazadaAPI(...app, "MALAYSIA", renewed.access_token);
    await refused("InvalidApiPath", retired.getShipmentProviders());
    console.log(`lazada-open-platform-sdk: ${calls} calls answered as they have to be`);
}

main().catch((error) => { console.error(error); process.exit(1); });
