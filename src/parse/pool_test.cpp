#include "parse/pool.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <rapidcheck/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "parse/check.h"

namespace {

using model::ReadKind;
using parse::Pool;

const std::string k_bin = std::string(STALLWARD_BINARY_DIR) + "/bin/";

Pool make_pool(const std::string& program, int workers = 2, int timeout_ms = 20'000) {
    parse::PoolOptions options;
    options.program = k_bin + program;
    options.workers_max = workers;
    options.item_timeout_ms = timeout_ms;
    return Pool(options);
}

std::string part(const model::Features& features, std::string_view name) {
    for (const model::TextPart& p : features.parts)
        if (p.name == name) return p.text;
    return "(no part " + std::string(name) + ")";
}

TEST(Pool, ReadsAMail) {
    Pool pool = make_pool("stallward-worker-text");
    const auto features = pool.features(
        ReadKind::mail,
        "From: =?utf-8?B?5bqX6ZO6?= <Shop@Example.COM>\r\nReply-To: x@y.example\r\nSubject: =?gb2312?B?zOHQ0Q==?=\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
        "charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "xOO6ww==\r\n--b\r\nContent-Type: text/html; charset=tis-620\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "<p>\xc3\xe9\xd2\xb9 <a href='http://real.example/x'>shopee.co.th</a></p><div "
        "style='display:none'>hidden</div>\r\n--b\r\n"
        "Content-Type: application/zip; name=\"list.zip\"\r\nContent-Disposition: attachment\r\n\r\nPK\r\n--b--\r\n");
    ASSERT_TRUE(features) << features.error().what << " " << features.error().key;
    ASSERT_TRUE(features->mail);
    EXPECT_EQ(features->mail->from.front().display, "店铺");
    EXPECT_EQ(features->mail->from.front().address, "Shop@example.com");
    EXPECT_EQ(features->mail->subject, "提醒");
    EXPECT_EQ(part(*features, "text"), "你好");
    EXPECT_EQ(part(*features, "html"), "ร้าน shopee.co.th");
    ASSERT_EQ(features->links.size(), 1U);
    EXPECT_EQ(features->links[0].url, "http://real.example/x");
    EXPECT_EQ(features->links[0].label, "shopee.co.th");
    EXPECT_EQ(part(*features, "html").substr(features->links[0].from, features->links[0].to - features->links[0].from),
              "shopee.co.th");
    ASSERT_EQ(features->attachments.size(), 1U);
    EXPECT_EQ(features->attachments[0].extension, "zip");
    EXPECT_FALSE(features->cut);
}

TEST(Pool, WhatCannotBeReadIsAnErrorAndTheWorkerGoesOn) {
    Pool pool = make_pool("stallward-worker-text", 1);
    EXPECT_FALSE(pool.features(ReadKind::mail, "\x01\x02\x03\xff no mail at all"));
    EXPECT_FALSE(pool.features(ReadKind::mail, ""));
    EXPECT_TRUE(pool.features(ReadKind::html, "<p>ok</p>"));
    EXPECT_EQ(pool.workers_started(), 1U);
    EXPECT_EQ(pool.features(ReadKind::mail, std::string((25u << 20) + 1, 'x')).error().key, "read.too_large");
}

TEST(Pool, LimitsCutAndSaySo) {
    Pool pool = make_pool("stallward-worker-text");
    std::string deep = "From: a@b.example\r\nSubject: s\r\n";
    for (int i = 0; i < 40; ++i)
        deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\r\n\r\n--b" + std::to_string(i) +
                "\r\n";
    deep += "Content-Type: text/plain\r\n\r\nhello\r\n";
    const auto nested = pool.features(ReadKind::mail, deep);
    ASSERT_TRUE(nested) << nested.error().key;
    EXPECT_TRUE(nested->cut);

    std::string many = "<p>";
    for (int i = 0; i < 1500; ++i) many += "<a href='http://h" + std::to_string(i) + ".example'>x</a>";
    const auto links = pool.features(ReadKind::html, many);
    ASSERT_TRUE(links) << links.error().key;
    EXPECT_EQ(links->links.size(), 1000U);
    EXPECT_TRUE(links->cut);

    const auto tags = pool.features(ReadKind::html, [] {
        std::string html;
        for (int i = 0; i < 200'000; ++i) html += "<b>";
        return html;
    }());
    if (tags) {
        EXPECT_TRUE(tags->cut);
    } else {
        EXPECT_EQ(tags.error().key, "worker.died");
    }
    const auto big =
        pool.features(ReadKind::mail, "From: a@b.example\r\nSubject: s\r\n\r\n" + std::string(5u << 20, 'a'));
    ASSERT_TRUE(big) << big.error().key;
    EXPECT_TRUE(big->cut);
    EXPECT_LE(part(*big, "text").size(), 2u << 20);
}

base::Result<std::vector<model::TableRows::Row>> rows_of(Pool& pool, const std::string& bytes,
                                                         std::string* form = nullptr) {
    std::vector<model::TableRows::Row> rows;
    TRY_VOID(pool.table(bytes, [&](const model::TableRows& piece) -> base::Result<void> {
        if (form != nullptr) *form = piece.encoding + " " + piece.delimiter;
        rows.insert(rows.end(), piece.rows.begin(), piece.rows.end());
        return {};
    }));
    return rows;
}

TEST(Pool, ReadsTables) {
    Pool pool = make_pool("stallward-worker-text");
    std::string form;
    auto rows = rows_of(pool, "\xef\xbb\xbfid,name\r\n1,\"a, \"\"b\"\"\nc\"\r\n\r\n2,d\r\n", &form);
    ASSERT_TRUE(rows) << rows.error().key;
    EXPECT_EQ(form, "UTF-8 ,");
    ASSERT_EQ(rows->size(), 3U);
    EXPECT_EQ((*rows)[1].cells[1], "a, \"b\"\nc");
    EXPECT_EQ((*rows)[1].line, 2U);
    EXPECT_EQ((*rows)[2].line, 5U);

    std::string wide("\xff\xfe", 2);
    for (const char c : std::string("a;b\n1;2\n")) wide += {c, '\0'};
    rows = rows_of(pool, wide, &form);
    ASSERT_TRUE(rows) << rows.error().key;
    EXPECT_EQ(form, "UTF-16LE ;");
    EXPECT_EQ((*rows)[1].cells, (std::vector<std::string>{"1", "2"}));

    // "订单号,买家,备注 …" in GB18030.
    rows = rows_of(pool,
                   "\xb6\xa9\xb5\xa5\xba\xc5,\xc2\xf2\xbc\xd2,\xb1\xb8\xd7\xa2\n1,\xd5\xc5\xc8\xfd,"
                   "\xc7\xeb\xbe\xa1\xbf\xec\xb7\xa2\xbb\xf5\xd0\xbb\xd0\xbb\n",
                   &form);
    ASSERT_TRUE(rows) << rows.error().key;
    EXPECT_EQ((*rows)[0].cells[0], "订单号");
    EXPECT_EQ((*rows)[1].cells[2], "请尽快发货谢谢");

    // "ร้าน,ที่อยู่" in windows-874.
    rows = rows_of(pool, "\xc3\xe9\xd2\xb9,\xb7\xd5\xe8\xcd\xc2\xd9\xe8\n1,2\n", &form);
    ASSERT_TRUE(rows) << rows.error().key;
    EXPECT_EQ((*rows)[0].cells, (std::vector<std::string>{"ร้าน", "ที่อยู่"}));
}

TEST(Pool, RefusesTablesThatWouldLoseSomething) {
    Pool pool = make_pool("stallward-worker-text");
    const auto key = [&](const std::string& bytes) {
        const auto rows = rows_of(pool, bytes);
        return rows ? std::string("read") : rows.error().key;
    };
    EXPECT_EQ(key(""), "table.empty");
    EXPECT_EQ(key("a,b\n\"open"), "table.unclosed_quote");
    EXPECT_EQ(key("a,b\n\"x\"y,2\n"), "table.stray_quote");
    EXPECT_EQ(key("a\n" + std::string(40'000, 'x') + "\n"), "table.cell_too_long");
    EXPECT_EQ(key(std::string(300, ',') + "\n"), "table.too_many_columns");
    EXPECT_EQ(key("PK\x03\x04 workbook"), "table.binary");
    std::string many;
    for (int i = 0; i < 200'001; ++i) many += "1,2\n";
    EXPECT_EQ(key(many), "table.too_many_rows");
}

TEST(Pool, AnErrorOfTheReceiverEndsTheTable) {
    Pool pool = make_pool("stallward-worker-text");
    const auto stopped = pool.table("a,b\n1,2\n", [](const model::TableRows&) -> base::Result<void> {
        return base::fail(base::Code::conflict, "enough");
    });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, base::Code::conflict);
    EXPECT_TRUE(rows_of(pool, "a,b\n"));
}

TEST(Pool, ManyThreadsShareTheWorkers) {
    Pool pool = make_pool("stallward-worker-text", 2);
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                const std::string word = "w" + std::to_string(t) + "x" + std::to_string(i);
                const auto features = pool.features(ReadKind::html, "<p>" + word + "</p>");
                if (features && part(*features, "html") == word) ++good;
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, 200);
    EXPECT_LE(pool.workers_started(), 4U);
}

TEST(Pool, AMissingProgramIsAClearError) {
    Pool pool = make_pool("no-such-worker");
    const auto features = pool.features(ReadKind::html, "x");
    ASSERT_FALSE(features);
    EXPECT_TRUE(features.error().key == "worker.start" || features.error().key == "worker.died")
        << features.error().key;
}

// IN-1: whatever a decoder does that was taken over, nothing comes of it, and the core says "could not be checked".
class EvilDecoder : public testing::Test {
  protected:
    Pool pool = make_pool("stallward-worker-evil", 1, 15'000);

    void blocked(const std::string& deed) {
        const auto answer = pool.features(ReadKind::mail, deed);
        if (answer) {
            EXPECT_EQ(part(*answer, "text"), "failed") << deed;
        } else {
            EXPECT_EQ(answer.error().key, "worker.died") << deed;
        }
        // The next item is read by a worker that is well.
        const auto next = pool.features(ReadKind::mail, "nothing");
        ASSERT_TRUE(next) << deed << ": " << next.error().key;
        EXPECT_EQ(part(*next, "text"), "idle");
    }
};

TEST_F(EvilDecoder, CannotReadOrMakeFiles) {
    const std::string secret = std::string(STALLWARD_BINARY_DIR) + "/evil-key-" + std::to_string(::getpid());
    std::ofstream(secret) << "key";
    blocked("open " + secret);
    blocked("open /etc/passwd");
    blocked("create " + secret + ".new");
    EXPECT_FALSE(std::filesystem::exists(secret + ".new"));
    std::filesystem::remove(secret);
}

TEST_F(EvilDecoder, CannotReachTheNetwork) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listener, 1), 0);
    socklen_t size = sizeof address;
    ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    blocked("socket " + std::to_string(ntohs(address.sin_port)));
    blocked("unix");
    EXPECT_LT(::accept(listener, nullptr, nullptr), 0);
    ::close(listener);
}

TEST_F(EvilDecoder, CannotStartOrHarmProcesses) {
    const std::string mark = std::string(STALLWARD_BINARY_DIR) + "/evil-mark-" + std::to_string(::getpid());
    blocked("fork " + mark);
    blocked("exec " + mark);
    blocked("wx");
    blocked("kill");
    blocked("environment");
    EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST_F(EvilDecoder, CannotTakeTheMachineOrTheCoreAlong) {
#if !defined(__SANITIZE_ADDRESS__)
    blocked("memory");
#endif
    blocked("crash");
    const auto lie = pool.features(ReadKind::mail, "lie something");
    ASSERT_FALSE(lie);
    EXPECT_EQ(lie.error().key, "worker.refused");
    const auto spin = pool.features(ReadKind::mail, "spin");
    ASSERT_FALSE(spin);
    EXPECT_TRUE(spin.error().key == "worker.died" || spin.error().key == "worker.timeout") << spin.error().key;
    EXPECT_TRUE(pool.features(ReadKind::mail, "nothing"));
}

TEST(Check, RefusesWhatNoHonestWorkerSays) {
    const model::ReadLimits limits;
    model::Features good;
    good.parts = {{"text", "héllo"}};
    good.links = {{"text", 0, 1, "http://a.example", "", "href"}};
    ASSERT_TRUE(parse::check(good, limits));
    const auto broken = [&](auto change) {
        model::Features features = good;
        change(features);
        return !parse::check(features, limits);
    };
    EXPECT_TRUE(broken([](auto& f) { f.parts[0].text = "\xff"; }));
    EXPECT_TRUE(broken([](auto& f) { f.parts.push_back(f.parts[0]); }));
    EXPECT_TRUE(broken([](auto& f) { f.parts[0].name.clear(); }));
    EXPECT_TRUE(broken([](auto& f) { f.links[0].to = 99; }));
    EXPECT_TRUE(broken([](auto& f) { f.links[0].from = 2; }));
    EXPECT_TRUE(broken([](auto& f) { f.links[0].to = 2; }));  // In the middle of "é".
    EXPECT_TRUE(broken([](auto& f) { f.links[0].part = "none"; }));
    EXPECT_TRUE(broken([](auto& f) { f.links[0].kind = "script"; }));
    EXPECT_TRUE(broken([](auto& f) { f.parts[0].text.assign(3u << 20, 'a'); }));
    EXPECT_TRUE(broken([](auto& f) { f.oddities = {"<script>"}; }));
    EXPECT_TRUE(broken([](auto& f) { f.links.resize(1001, f.links[0]); }));
}

RC_GTEST_PROP(Wire, WhatIsWrittenIsReadBack, (const std::string& text, std::uint32_t from, bool cut)) {
    model::Features features;
    features.parts = {{"a", text}, {"b", ""}};
    features.links = {{"a", from, from, text, "label", "href"}};
    features.mail.emplace();
    features.mail->from = {{text, "x@y"}};
    features.mail->authentication_results = {text};
    features.attachments = {{text, "a/b", 7, "zip"}};
    features.oddities = {"mime.depth"};
    features.cut = cut;
    const std::string bytes = model::encode(features);
    const auto read = model::decode_features(bytes);
    RC_ASSERT(read.has_value());
    RC_ASSERT(model::encode(*read) == bytes);
    // Cut anywhere it is nothing, and nothing crashes.
    for (std::size_t size = 0; size < bytes.size(); size += 1 + size / 8)
        RC_ASSERT(!model::decode_features(std::string_view(bytes).substr(0, size)));
}

RC_GTEST_PROP(Wire, NoiseIsRefusedOrReadWithoutHarm, (const std::string& noise)) {
    (void)model::decode_features(noise);
    (void)model::decode_rows(noise);
    (void)model::decode_request(noise);
}

}  // namespace
