// client.cjs FIRST-LINE-OF-THE-SANDBOX: the client's calls that have to work, and those that have to be refused.
const fs = require("fs"), assert = require("assert");
const { TikTokShopSDK, TikTokAPIError } = require("tiktok-shop-sdk");

const sandbox = JSON.parse(fs.readFileSync(process.argv[2], "utf8").split("\n")[0]);
let calls = 0;
const count = async (promise) => { calls += 1; return promise; };
const refused = async (code, promise) => {
    calls += 1;
    await assert.rejects(promise, (error) => {
        assert.ok(error instanceof TikTokAPIError, String(error));
        assert.strictEqual(error.code, code, error.message);
        return true;
    });
};
const control = async (method, path, body) => {
    const answer = await fetch(sandbox.control + path, { method, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return answer.json();
};

// The seller's part, at the page's own address: it is no part of the client.
async function consent(seller) {
    const answer = await fetch("https://services.tiktokshop.com/open/authorize", {
        method: "POST", redirect: "manual",
        body: new URLSearchParams({ service_id: sandbox.service_id, state: "s1", seller, decision: "accept" }),
    });
    const back = new URL(answer.headers.get("location"));
    assert.strictEqual(back.searchParams.get("state"), "s1");
    return back.searchParams.get("code");
}

async function main() {
    const app = { appKey: sandbox.app_key, appSecret: sandbox.app_secret };
    const { sellers } = await control("GET", "/sellers");
    const sdk = new TikTokShopSDK(app);

    // Authorisation
    const code = await consent(sellers[0].open_id);
    const first = await count(sdk.auth.getAccessToken({ auth_code: code, grant_type: "authorized_code" }));
    assert.strictEqual(first.data.open_id, sellers[0].open_id);
    await refused(36004004, sdk.auth.getAccessToken({ auth_code: code, grant_type: "authorized_code" }));
    const tokens = await count(sdk.auth.refreshAccessToken({ refresh_token: first.data.refresh_token, grant_type: "refresh_token" }));
    await refused(36004005, sdk.auth.refreshAccessToken({ refresh_token: first.data.refresh_token, grant_type: "refresh_token" }));
    sdk.setAccessToken(tokens.data.access_token);
    const { data: { shops } } = await count(sdk.shop.getAuthorizedShops());
    assert.deepStrictEqual(shops.map((shop) => shop.id), sellers[0].shops.map((shop) => shop.id));
    sdk.setShopCipher(shops[0].cipher);
    assert.strictEqual((await count(sdk.seller.getActiveShops())).data.shops.length, shops.length);

    // Order search to the last page, and detail of all
    const ids = [];
    for (let page_token = ""; ; ) {
        const { data } = await count(sdk.order.getOrderList({ query: { page_size: 15, sort_field: "update_time", sort_order: "ASC", page_token }, body: { update_time_ge: 1 } }));
        ids.push(...data.orders.map((order) => order.id));
        assert.strictEqual(data.total_count, 40);
        if (!(page_token = data.next_page_token)) break;
    }
    assert.strictEqual(new Set(ids).size, 40);
    const details = (await count(sdk.order.getOrderDetail({ ids }))).data.orders;
    assert.deepStrictEqual(details.map((order) => order.id), ids);
    for (const order of details) assert.strictEqual(typeof order.payment.total_amount, "string");
    await count(sdk.order.getPriceDetail({ order_id: ids[0] }));

    // Webhook addresses: bodies of PUT and DELETE are signed
    await count(sdk.event.updateShopWebhook({ address: "https://console.example/hooks/tiktok/x", event_type: "ORDER_STATUS_CHANGE" }));
    assert.strictEqual((await count(sdk.event.getShopWebhooks())).data.total_count, 1);
    await count(sdk.event.deleteShopWebhook({ event_type: "ORDER_STATUS_CHANGE" }));

    // Refusals
    const list = (client) => client.order.getOrderList({ query: { page_size: 1 }, body: { order_status: "UNPAID" } });
    const other = (change) => { const made = new TikTokShopSDK(change.app ?? app); made.setAccessToken(change.token ?? tokens.data.access_token); made.setShopCipher(change.cipher ?? shops[0].cipher); return made; };
    await count(list(other({})));
    await refused(106001, list(other({ app: { ...app, appSecret: "wrong" } })));
    await refused(36009004, list(other({ app: { ...app, appKey: "wrong" } })));
    await refused(105001, list(other({ token: `${tokens.data.access_token.slice(0, -4)}AAAA` })));
    await refused(36009005, list(other({ token: "wrong" })));
    await refused(101000, list(other({ cipher: "wrong" })));
    await refused(36009004, sdk.order.getOrderList({ query: { page_size: 101 }, body: { order_status: "UNPAID" } }));
    await refused(36009004, sdk.order.getOrderList({ query: { page_size: 10 }, body: { order_status: "PAID" } }));
    await control("PATCH", `/apps/${app.appKey}`, { scopes: ["seller.authorization.info"] });
    await refused(105005, list(sdk));
    await control("PATCH", `/apps/${app.appKey}`, { scopes: ["seller.authorization.info", "seller.order.info"] });
    await count(list(sdk));
    await control("POST", "/tokens", { action: "expire_access" });
    await refused(105002, list(sdk));
    await control("POST", "/tokens", { action: "revoke" });
    await refused(105001, list(sdk));
    console.log(`tiktok-shop-sdk ${JSON.parse(fs.readFileSync("node_modules/tiktok-shop-sdk/package.json", "utf8")).version}: ${calls} calls, all as documented`);
}

main().catch((error) => { console.error(error); process.exitCode = 1; });
