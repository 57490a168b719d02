#include "ingest/import/order_import.h"

#include "base/file.h"
#include "base/text.h"
#include "db/audit.h"
#include "db/orders.h"
#include "ingest/import/order_json.h"
#include "ingest/test_bench.h"

namespace ingest {
namespace {

using model::OrderStatus;

OrderRules rules() {
    const auto text = base::read_file(STALLWARD_SOURCE_DIR "/rules/import/orders.json", 1u << 20);
    auto parsed = parse_order_rules(*text);
    EXPECT_TRUE(parsed);
    return std::move(*parsed);
}

std::vector<TableRow> table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<TableRow> out;
    for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({static_cast<std::int64_t>(i) + 1, rows[i]});
    return out;
}

const std::vector<std::string> k_header = {"Order ID",     "Order Status",   "Order Substatus", "SKU ID",
                                           "Product Name", "Quantity",       "Order Amount",    "Created Time",
                                           "Paid Time",    "Buyer Username", "Phone #"};
std::vector<std::string> line(std::string id, std::string sku, std::string total = "THB 1,234.50",
                              std::string created = "31/01/2026 10:20:30\t") {
    return {std::move(id),
            "To ship",
            "Awaiting shipment",
            std::move(sku),
            "Tote",
            "2",
            std::move(total),
            std::move(created),
            "",
            "mei",
            "+66 81"};
}

struct ImportTest : testing::Test {
    OrderImport::Preview preview(std::vector<std::vector<std::string>> lines, Mapping mapping = {},
                                 std::optional<DayOrder> day_order = std::nullopt) {
        rows = table(lines);
        auto out = import.preview({store.id, {}, "orders.csv", "bytes", std::move(mapping), day_order});
        EXPECT_TRUE(out) << out.error().key;
        return std::move(*out);
    }
    void apply(model::ImportId id) {
        ASSERT_TRUE(import.apply(id, leaf));
        while (import.work()) {
        }
    }
    std::size_t leaves() {
        return bench.database->read([](db::Reader& r) { return db::list_audit(r, {}, 0, 100); })->size();
    }
    std::optional<model::Order> find(std::string_view ext_id) {
        return *bench.database->read([&](db::Reader& r) { return db::find_order_by_ext_id(r, store.id, ext_id); });
    }

    static base::Result<void> leaf(db::Tx& tx, const db::Import& of) {
        TRY_VOID(db::audit(tx, {"u_1", "import.applied", of.id.text(), of.store, "{}"}));
        return {};
    }

    test::Bench bench;
    std::vector<TableRow> rows;
    model::Store store = bench.add_store("12", "s", model::Connection::none);
    OrderImport import{*bench.database, bench.database.clock, rules(),
                       [this](std::string_view, const OrderImport::TakeRows& take) { return take(rows); }};
};

TEST_F(ImportTest, NothingIsChangedBeforeItIsApplied) {
    const auto shown = preview({k_header, line("5", "1"), line("5", "2"), line("6", "1")});
    EXPECT_EQ(shown.import.format, "tiktok_shop.orders");
    EXPECT_EQ(shown.import.state, db::ImportState::ready);
    EXPECT_EQ(shown.orders, 2);
    EXPECT_EQ(shown.created, 2);
    EXPECT_TRUE(shown.errors.empty());
    EXPECT_FALSE(find("5"));
    apply(shown.import.id);
    const auto order = find("5");
    ASSERT_TRUE(order);
    EXPECT_EQ(order->lines.size(), 2u);
    EXPECT_EQ(order->item_count, 4);
    EXPECT_EQ(order->status, OrderStatus::to_ship);
    EXPECT_EQ(base::decimal(order->total), "1234.50");
    EXPECT_EQ(order->source, "import");
    EXPECT_EQ(order->buyer_name.reveal(), "mei");
    EXPECT_EQ(import.find(shown.import.id)->import.state, db::ImportState::applied);
}

TEST_F(ImportTest, TheSameFileAgainChangesNothing) {
    apply(preview({k_header, line("5", "1")}).import.id);
    const auto again = preview({k_header, line("5", "1")});
    EXPECT_EQ(again.same, 1);
    EXPECT_EQ(again.created, 0);
    apply(again.import.id);
    EXPECT_EQ(find("5")->lines.size(), 1u);
}

TEST_F(ImportTest, BadLinesAreNamedAndTheirOrdersLeftOutWhole) {
    const auto shown = preview({k_header,
                                line("5", "1"),
                                line("5.76654E+17", "1"),
                                line("", "1"),
                                line("x", "1"),
                                line("7", "1", "THB ?"),
                                line("8", "1", "1", "yesterday"),
                                line("9", "1"),
                                {"9", "To ship", "", "2", "Tote", "many", "1", "31/01/2026 10:20:30"}});
    std::vector<std::string> codes;
    for (const RowError& error : shown.errors) codes.push_back(error.code);
    EXPECT_EQ(codes, (std::vector<std::string>{"import.id_rounded", "import.id_missing", "import.id_unreadable",
                                               "import.amount_unreadable", "import.time_unreadable",
                                               "import.quantity_unreadable"}));
    EXPECT_EQ(shown.errors[0].line, 3);
    EXPECT_EQ(shown.errors[0].column, "Order ID");
    EXPECT_EQ(shown.orders, 1);
    apply(shown.import.id);
    EXPECT_TRUE(find("5"));
    EXPECT_FALSE(find("9")) << "half an order is worse than none";
}

TEST_F(ImportTest, TheLeafIsWrittenWithTheImportOrNotAtAll) {
    const auto shown = preview({k_header, line("5", "1")});
    const std::size_t before = leaves();
    ASSERT_TRUE(import.apply(shown.import.id, leaf));
    EXPECT_EQ(leaves(), before + 1);
    EXPECT_EQ(import.apply(shown.import.id, leaf).error().key, "import.state") << "somebody was faster";
    EXPECT_EQ(leaves(), before + 1);
    const auto bad = preview({k_header, line("x", "1")});
    EXPECT_EQ(import.apply(bad.import.id, leaf).error().key, "import.nothing_good");
    const auto other = preview({k_header, line("6", "1")});
    EXPECT_FALSE(import.apply(other.import.id, [](db::Tx&, const db::Import&) -> base::Result<void> {
        return base::fail(base::Code::unavailable, "the log cannot be written");
    }));
    EXPECT_EQ(import.head(other.import.id)->state, db::ImportState::ready) << "no leaf, no import";
}

TEST_F(ImportTest, CountsSayWhatWouldBeAndThenWhatWasDone) {
    apply(preview({k_header, line("5", "1"), line("6", "1")}).import.id);
    auto later = line("5", "1");
    later[8] = "01/02/2026 10:00:00";  // Paid: a newer version.
    const auto shown = preview({k_header, later, line("5", "2"), line("6", "1"), line("7", "1"), line("x", "1")});
    EXPECT_EQ(shown.lines, 5);
    EXPECT_EQ(shown.import.rows, 4) << "orders and lines with errors";
    EXPECT_EQ(shown.import.errors, 1);
    EXPECT_EQ(shown.orders, 3);
    const auto counts = [](const OrderImport::Preview& of) { return std::tuple(of.created, of.changed, of.same); };
    EXPECT_EQ(counts(shown), std::tuple(1, 1, 1));
    apply(shown.import.id);
    const auto done = import.find(shown.import.id);
    EXPECT_EQ(counts(*done), std::tuple(1, 1, 1));
    EXPECT_EQ(done->orders, 3);
    EXPECT_EQ(done->lines, 5);
}

TEST_F(ImportTest, TheFileSaysWhetherTheDayOrTheMonthComesFirst) {
    const auto dated = [](std::vector<std::string> dates) {
        std::vector<std::vector<std::string>> lines = {k_header};
        for (std::size_t i = 0; i < dates.size(); ++i)
            lines.push_back(line(std::to_string(i + 1), "1", "1", dates[i] + "/2026 10:00:00"));
        return lines;
    };
    const auto told = [](const OrderImport::Preview& of) {
        std::string text = of.day_order + " " + of.day_order_from;
        for (const model::Order& order : of.sample) text += " " + base::iso8601(order.created_at).substr(5, 5);
        for (const RowError& error : of.errors) text += " " + std::to_string(error.line) + error.code.substr(6);
        return text;
    };
    // Bangkok's own order is the day first; the second line can only be read with the month first.
    EXPECT_EQ(told(preview(dated({"03/04", "01/31"}))), "month_first file 03-04 01-31");
    EXPECT_EQ(told(preview(dated({"03/04", "31/01"}))), "day_first file 04-03 01-31");
    EXPECT_EQ(told(preview(dated({"03/04", "05/05"}))), "day_first region 04-03 05-05");
    EXPECT_EQ(told(preview(dated({"03/04"}), {}, DayOrder::month_first)), "month_first person 03-04");
    EXPECT_EQ(told(preview(dated({"03/04", "31/01"}), {}, DayOrder::month_first)),
              "month_first person 03-04 3.time_unreadable");
    EXPECT_EQ(told(preview(dated({"03/04", "31/01", "01/31", "06/06"}))),
              "day_first contradiction 01-31 01-31 06-06 2.day_order_unclear");
    EXPECT_EQ(told(preview({k_header, line("1", "1", "1", "2026-04-03 10:00:00")})), "  04-03");
}

TEST_F(ImportTest, ErrorsSayWhatTheCellHeldUnlessItMayBeABuyers) {
    const std::string much(200, 'x');
    auto moved = line("7", "1", "Bang Rak");
    moved.push_back("one cell more than the header");
    const auto shown = preview({k_header, line("5", "1", "THB ?"), line("6", "1", "฿" + much), moved});
    ASSERT_EQ(shown.errors.size(), 3u);
    EXPECT_EQ(shown.errors[0].value, "THB ?");
    EXPECT_EQ(base::length(shown.errors[1].value), RowError::k_most_value);
    EXPECT_EQ(shown.errors[2].value, "") << "an unquoted comma of an address moves what follows";
    // The column of phone numbers, said to be the quantity.
    const auto wrong = preview({k_header, line("8", "1")}, {{"order_id", "Order ID"},
                                                            {"status", "Order Status"},
                                                            {"created_at", "Created Time"},
                                                            {"quantity", "Phone #"}});
    ASSERT_EQ(wrong.errors.size(), 1u);
    EXPECT_EQ(wrong.errors[0].code, "import.quantity_unreadable");
    EXPECT_EQ(wrong.errors[0].value, "");
}

TEST_F(ImportTest, AFileWithoutTheNeededColumnsCanOnlyBeDiscarded) {
    const auto shown = preview({{"a", "b"}, {"1", "2"}});
    EXPECT_EQ(shown.missing, (std::vector<std::string>{"order_id", "status", "created_at"}));
    const std::size_t before = leaves();
    EXPECT_EQ(import.apply(shown.import.id, leaf).error().key, "import.columns_missing");
    EXPECT_EQ(leaves(), before);
    EXPECT_TRUE(import.discard(shown.import.id));
    EXPECT_EQ(import.find(shown.import.id)->import.state, db::ImportState::discarded);
}

TEST_F(ImportTest, AMappingSaidByHandCounts) {
    const auto shown = preview({{"Nr", "State", "When"}, {"5", "Completed", "2026-01-31 10:20:30"}},
                               {{"order_id", "Nr"}, {"status", "State"}, {"created_at", "When"}});
    EXPECT_TRUE(shown.missing.empty());
    EXPECT_EQ(shown.import.format, "");
    EXPECT_EQ(shown.orders, 1);
    EXPECT_EQ(shown.sample.at(0).status, OrderStatus::completed);
}

TEST_F(ImportTest, AStoppedProcessGoesOnWhereItWas) {
    std::vector<std::vector<std::string>> lines = {k_header};
    for (int i = 0; i < 500; ++i) lines.push_back(line(std::to_string(1'000 + i), "1"));
    const auto id = preview(lines).import.id;
    ASSERT_TRUE(import.apply(id, leaf));
    EXPECT_TRUE(import.work());
    OrderImport later(*bench.database, bench.database.clock, rules(), {});
    while (later.work()) {
    }
    EXPECT_EQ(later.find(id)->import.state, db::ImportState::applied);
    EXPECT_EQ(later.find(id)->import.applied, 500);
    EXPECT_EQ(bench.database->read([&](db::Reader& r) { return db::count_orders(r, {store.id}); })->all, 500);
}

TEST_F(ImportTest, AnUnreadableFileLeavesNothing) {
    OrderImport broken(*bench.database, bench.database.clock, rules(),
                       [](std::string_view, const OrderImport::TakeRows&) -> base::Result<void> {
                           return base::fail(base::Code::invalid_input, "quote", "table.unclosed_quote");
                       });
    EXPECT_EQ(broken.preview({store.id, {}, "f", "b", {}}).error().key, "table.unclosed_quote");
    EXPECT_TRUE(bench.database->read([&](db::Reader& r) { return db::list_imports(r, store.id, 10); })->empty());
}

TEST(OrderTable, ChineseHeadersAndTheLineOfExplanations) {
    const OrderRules all = rules();
    const auto header = read_header(all, {"订单号", "订单状态", "订单子状态", "SKU ID", "创建时间", "订单金额"}, {});
    EXPECT_EQ(header.format, "tiktok_shop.orders");
    OrderTable table(all, header, "ID", "Asia/Jakarta", {});
    table.add({2, {"Platform unique order ID.", "", "", "", "", ""}});
    table.add({3, {"5", "已取消", "", "1", "2026-01-31 07:00:00", "Rp99.000"}});
    const auto orders = table.finish();
    ASSERT_EQ(orders.size(), 1u);
    EXPECT_TRUE(table.errors().empty());
    EXPECT_EQ(orders[0].order.status, OrderStatus::cancelled);
    EXPECT_EQ(orders[0].order.total.minor, 99'000);
    EXPECT_EQ(base::iso8601(orders[0].order.created_at), "2026-01-31T00:00:00.000Z");
}

TEST(OrderTable, Amounts) {
    const std::tuple<const char*, int, const char*> k_rows[] = {
        {"299.00", 2, "299.00"},     {"THB 1,234.50", 2, "1234.50"},
        {"12,50 €", 2, "12.50"},     {"1.234,50", 2, "1234.50"},
        {"1,234,567", 2, "1234567"}, {"Rp99.000", 0, "99000"},
        {"Rp. 99.000", 0, "99000"},  {"₫150,000", 0, "150000"},
        {"-5.5", 2, "-5.5"},         {"$0.99", 2, "0.99"},
        {"1,234", 2, "1234"}};
    for (const auto& [text, decimals, expected] : k_rows) EXPECT_EQ(plain_amount(text, decimals), expected) << text;
    EXPECT_FALSE(plain_amount("free", 2));
}

TEST(LocalTime, FormsAndZones) {
    const auto read = [](std::string_view text, DayOrder order = DayOrder::day_first,
                         std::string_view zone = "Asia/Bangkok") {
        const auto time = parse_local_time(text, order, zone);
        return time ? base::iso8601(*time) : std::string("-");
    };
    EXPECT_EQ(read("31/01/2026 10:20:30"), "2026-01-31T03:20:30.000Z");
    EXPECT_EQ(read("01/31/2026 10:20:30 PM", DayOrder::month_first, "America/Los_Angeles"), "2026-02-01T06:20:30.000Z");
    EXPECT_EQ(read("01/31/2026 12:00:00 AM", DayOrder::month_first, "UTC"), "2026-01-31T00:00:00.000Z");
    EXPECT_EQ(read("2026-01-31 10:20"), "2026-01-31T03:20:00.000Z");
    EXPECT_EQ(read("2026-01-31"), "2026-01-30T17:00:00.000Z");
    EXPECT_EQ(read("2026-01-31T10:20:30Z"), "2026-01-31T10:20:30.000Z");
    EXPECT_EQ(read("29/03/2026 01:30:00", DayOrder::day_first, "Europe/London"), "2026-03-29T01:30:00.000Z");
    for (const char* bad : {"", "yesterday", "32/01/2026", "31/02/2026 10:00:00", "10:20", "31/01/2026 25:00:00",
                            "1/2/3/4/5/6/7/8", "31/01/2026 13:00:00 PM"})
        EXPECT_EQ(read(bad), "-") << bad;
}

TEST(LocalTime, ADateMaySayWhichNumberIsTheDay) {
    using enum DayOrderSign;
    const std::pair<const char*, DayOrderSign> k_rows[] = {{"31/01/2026 10:20:30", day_first},
                                                           {"01/31/2026 10:20 PM", month_first},
                                                           {"3.4.2026", either},
                                                           {"05/05/2026", none},
                                                           {"2026-01-31", none},
                                                           {"2026-01-31T10:20:30Z", none},
                                                           {"31/31/2026", none},
                                                           {"yesterday", none},
                                                           {"", none}};
    for (const auto& [text, sign] : k_rows) EXPECT_EQ(day_order_sign(text), sign) << text;
}

TEST(OrderJson, WhatIsStagedIsReadBack) {
    model::Order order;
    order.ext_id = "18446744073709551615";
    order.total = {1'234, *base::Currency::parse("THB")};
    order.buyer_name = base::PiiText("梅 \"👋\"");
    order.source = "import";
    model::OrderLine item;
    item.price = {5, order.total.currency};
    item.quantity = 3;
    order.lines.push_back(item);
    const auto back = parse_order(to_json(order));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->ext_id, order.ext_id);
    EXPECT_EQ(back->total, order.total);
    EXPECT_EQ(back->buyer_name, order.buyer_name);
    EXPECT_EQ(back->lines, order.lines);
    EXPECT_FALSE(parse_order("{}"));
}

}  // namespace
}  // namespace ingest
