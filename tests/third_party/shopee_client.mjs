// What a Shopee client that was not written here asks of the sandbox, and what it has to be answered.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ShopeeSDK } from '@congminh1254/shopee-sdk';

const sandbox = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const partner_id = Number(sandbox.shopee_partner_id);
const make = (partner_key) =>
    new ShopeeSDK({ partner_id, partner_key, base_url: `${sandbox.shopee}/api/v2`, base_auth_url: `${sandbox.shopee}/auth` });
let calls = 0;
const asked = async (promise) => {
    ++calls;
    return promise;
};
const refused = async (promise, word) => {
    ++calls;
    await assert.rejects(promise, (error) => JSON.stringify([error.message, error.data, error]).includes(word) || assert.fail(`${word} expected: ${error.message}`));
};
const control = async (method, path, body) =>
    (await fetch(sandbox.control + path, { method, body: body && JSON.stringify(body) })).json();

const back = 'http://127.0.0.1:1/back';
const consent = async (account) => {
    const form = new URLSearchParams({ partner_id, redirect: back, state: 's', account, decision: 'accept' });
    const answer = await fetch(`${sandbox.shopee}/auth`, { method: 'POST', body: form, redirect: 'manual' });
    return new URL(answer.headers.get('location')).searchParams;
};

const { shops } = await control('GET', '/shopee/shops');
const shop = shops[0];
const sdk = make(sandbox.shopee_partner_key);
++calls;
assert.equal((await fetch(sdk.getAuthorizationUrl(back, { state: 's' }))).status, 200);
const agreed = await consent(`shop:${shop.id}`);
await asked(sdk.authenticateWithCode(agreed.get('code'), shop.id));
await refused(make(sandbox.shopee_partner_key).authenticateWithCode(agreed.get('code'), shop.id), 'invalid_code');
assert.equal((await asked(sdk.shop.getShopInfo())).shop_name, shop.name);
const old = (await sdk.getAuthToken()).refresh_token;
await asked(sdk.refreshToken(shop.id));
assert.notEqual((await sdk.getAuthToken()).refresh_token, old);
await refused(sdk.auth.getRefreshToken(old, shop.id), 'error_shop_refresh_token');
assert.deepEqual((await asked(sdk.public.getShopsByPartner({ page_size: 10, page_no: 1 }))).authed_shop_list.map((one) => one.shop_id), [shop.id]);

const { orders } = await control('GET', `/shopee/shops/${shop.id}/orders`);
const seen = new Set();
const now = Math.floor(Date.now() / 1000);
for (let to = now; to > now - 120 * 86400; to -= 15 * 86400) {
    for (let cursor = '', more = true; more; ) {
        const page = await asked(
            sdk.order.getOrderList({ time_range_field: 'update_time', time_from: to - 15 * 86400 + 1, time_to: to, page_size: 20, cursor }),
        );
        for (const order of page.response.order_list) {
            assert.ok(!seen.has(order.order_sn));
            seen.add(order.order_sn);
        }
        ({ more, next_cursor: cursor } = page.response);
    }
}
assert.equal(seen.size, orders.filter((order) => order.update_time > now - 120 * 86400).length);
assert.ok(seen.size > 0);
const few = [...seen].slice(0, 50);
const detail = await asked(sdk.order.getOrderDetail({ order_sn_list: few.join(','), response_optional_fields: 'item_list,total_amount' }));
assert.deepEqual(detail.response.order_list.map((order) => order.order_sn).sort(), few.sort());
await refused(sdk.order.getOrderList({ time_range_field: 'update_time', time_from: now - 16 * 86400, time_to: now, page_size: 20 }), 'order.order_list_invalid_time');

await asked(sdk.push.setAppPushConfig({ callback_url: 'http://127.0.0.1:1/hook', set_push_config_on: [3, 10] }));
assert.deepEqual((await asked(sdk.push.getAppPushConfig())).response.push_config_on_list, [3, 10]);
assert.deepEqual((await asked(sdk.push.getLostPushMessage())).response.push_message_list, []);
assert.equal((await asked(sdk.accountHealth.getPunishmentHistory({ punishment_status: 1 }))).response.total_count, 0);

await refused(make('0'.repeat(64)).public.getShopsByPartner({ page_size: 10, page_no: 1 }), 'error_sign');
await control('DELETE', `/shopee/shops/${shop.id}/consent`);
await refused(sdk.shop.getShopInfo(), 'shop_no_linked');
console.log(`@congminh1254/shopee-sdk 2.7.0: ${calls} calls, all as documented`);
