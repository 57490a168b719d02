#include "ingest/import/order_table.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/json.h"
#include "base/text.h"

namespace ingest {
namespace {

using base::Result;
using base::Time;

// Headers differ in case, spaces, tabs and punctuation from export to export.
std::string comparable(std::string_view text) {
    std::string out;
    for (const char c : base::fold(text)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z')) out += c;
    }
    return out;
}

std::string_view first_characters(std::string_view text, std::size_t most) {
    std::size_t at = 0;
    for (std::size_t seen = 0; at < text.size(); ++at) {
        const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
        if (starts && seen++ == most) break;
    }
    return text.substr(0, at);
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string_view name(DayOrderFrom from) {
    switch (from) {
        case DayOrderFrom::nothing:
            return "";
        case DayOrderFrom::file:
            return "file";
        case DayOrderFrom::region:
            return "region";
        case DayOrderFrom::person:
            return "person";
        case DayOrderFrom::contradiction:
            return "contradiction";
    }
    return "";
}

std::string_view name(DayOrder order) {
    return order == DayOrder::day_first ? "day_first" : "month_first";
}

std::optional<DayOrder> parse_day_order(std::string_view text) {
    for (const DayOrder order : {DayOrder::day_first, DayOrder::month_first})
        if (name(order) == text) return order;
    return std::nullopt;
}

Result<OrderRules> parse_order_rules(std::string_view json) {
    const auto document = TRY(base::JsonDocument::parse(json));
    OrderRules rules;
    for (const base::Json& field : document["fields"].items()) {
        OrderRules::Field out{
            field["name"].string_or(), field["required"].boolean_or(false), field["buyer"].boolean_or(false), {}};
        for (const base::Json& name : field["names"].items()) out.names.push_back(comparable(name.string_or()));
        rules.fields.push_back(std::move(out));
    }
    for (const base::Json& format : document["formats"].items()) {
        OrderRules::Format out{format["name"].string_or(), {}};
        for (const base::Json& field : format["recognised_by"].items()) out.recognised_by.push_back(field.string_or());
        rules.formats.push_back(std::move(out));
    }
    for (const auto& [name, words] : document["statuses"].members()) {
        const auto status = model::parse_order_status(name);
        if (!status) return base::fail(base::Code::invalid_input, "rules: unknown status");
        for (const base::Json& word : words.items()) rules.statuses[comparable(word.string_or())] = *status;
    }
    for (const auto& [region, currency] : document["currencies"].members())
        rules.currencies[std::string(region)] = currency.string_or();
    if (rules.fields.empty() || rules.statuses.empty())
        return base::fail(base::Code::invalid_input, "rules of the order import are empty");
    return rules;
}

Header read_header(const OrderRules& rules, const std::vector<std::string>& columns, const Mapping& by_hand) {
    Header header;
    std::vector<std::string> names;
    for (const std::string& column : columns) {
        header.columns.emplace_back(base::trim(column));
        names.push_back(comparable(column));
    }
    for (const OrderRules::Field& field : rules.fields) {
        for (const std::string& name : field.names) {
            const auto found = std::ranges::find(names, name);
            if (found == names.end()) continue;
            header.mapping[field.name] = header.columns[static_cast<std::size_t>(found - names.begin())];
            break;
        }
    }
    for (const OrderRules::Format& format : rules.formats)
        if (std::ranges::all_of(format.recognised_by,
                                [&](const std::string& field) { return header.mapping.contains(field); }))
            header.format = format.name;
    if (!by_hand.empty()) {
        // What a person says counts whole: a field that they left out has no column.
        header.mapping.clear();
        for (const auto& [field, column] : by_hand)
            if (std::ranges::find(header.columns, column) != header.columns.end() &&
                std::ranges::find(rules.fields, field, &OrderRules::Field::name) != rules.fields.end())
                header.mapping[field] = column;
    }
    for (const OrderRules::Field& field : rules.fields)
        if (field.required && !header.mapping.contains(field.name)) header.missing.push_back(field.name);
    return header;
}

std::optional<std::string> plain_amount(std::string_view text, int decimals) {
    std::string kept;
    bool minus = false;
    for (const char c : text) {
        if ((c >= '0' && c <= '9') || c == '.' || c == ',') kept += c;
        if (c == '-' && kept.empty()) minus = true;
    }
    // A point or comma that belonged to a currency's abbreviation ("Rp.").
    while (!kept.empty() && (kept.front() == '.' || kept.front() == ',')) kept.erase(0, 1);
    if (kept.empty()) return std::nullopt;
    // The last separator is the decimal one when it leaves as many digits as the currency has, or is one of both kinds;
    // three digits behind the only kind are thousands.
    const auto last = kept.find_last_of(".,");
    std::string whole = kept;
    std::string fraction;
    if (last != std::string::npos) {
        const std::size_t behind = kept.size() - last - 1;
        const bool both = kept.find('.') != std::string::npos && kept.find(',') != std::string::npos;
        const bool once = kept.find(kept[last]) == last;
        if (once && (both || behind != 3) && (decimals > 0 || behind <= 2)) {
            whole = kept.substr(0, last);
            fraction = kept.substr(last + 1);
        }
    }
    std::erase_if(whole, [](char c) { return c == '.' || c == ','; });
    if (whole.empty()) whole = "0";
    return (minus ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
}

OrderTable::OrderTable(const OrderRules& rules, Header header, std::string region, std::string zone, Time as_of,
                       std::optional<DayOrder> said)
    : rules_(rules),
      header_(std::move(header)),
      region_(std::move(region)),
      zone_(std::move(zone)),
      as_of_(as_of),
      said_(said) {
    for (const auto& [field, column] : header_.mapping) {
        const auto found = std::ranges::find(header_.columns, column);
        if (found != header_.columns.end()) places_[field] = static_cast<std::size_t>(found - header_.columns.begin());
        // By the column's own name: somebody may have said that the column of phone numbers is the quantity.
        const std::string name = comparable(column);
        for (const OrderRules::Field& known : rules_.fields)
            if (!known.buyer && std::ranges::find(known.names, name) != known.names.end()) shown_.insert(field);
    }
}

std::string_view OrderTable::cell(const TableRow& row, std::string_view field) const {
    const auto place = places_.find(field);
    if (place == places_.end() || place->second >= row.cells.size()) return {};
    return base::trim(row.cells[place->second]);
}

void OrderTable::fail(const TableRow& row, std::string_view code, std::string_view field) {
    fail(row.line, moved(row), cell(row, field), code, field);
}

void OrderTable::fail(std::int64_t line, bool moved, std::string_view value, std::string_view code,
                      std::string_view field) {
    RowError error{line, std::string(code), {}, {}};
    if (const auto column = header_.mapping.find(std::string(field)); column != header_.mapping.end())
        error.column = column->second;
    if (shown_.contains(field) && !moved) error.value = first_characters(value, RowError::k_most_value);
    errors_.push_back(std::move(error));
}

OrderTable::Dates OrderTable::dates_of(const TableRow& row) {
    Dates dates;
    dates.moved = moved(row);
    for (std::size_t i = 0; i < k_times.size(); ++i) {
        dates.texts[i] = cell(row, k_times[i]);
        if (!dates.texts[i].empty()) signs_.insert(day_order_sign(dates.texts[i]));
    }
    return dates;
}

void OrderTable::decide_day_order() {
    const bool day_first = signs_.contains(DayOrderSign::day_first);
    const bool month_first = signs_.contains(DayOrderSign::month_first);
    const bool either = signs_.contains(DayOrderSign::either);
    const DayOrder usual = region_ == "US" ? DayOrder::month_first : DayOrder::day_first;
    day_order_ = said_                      ? *said_
                 : day_first == month_first ? usual
                 : day_first                ? DayOrder::day_first
                                            : DayOrder::month_first;
    if (!day_first && !month_first && !either)
        day_order_from_ = DayOrderFrom::nothing;
    else if (said_)
        day_order_from_ = DayOrderFrom::person;
    else if (day_first && month_first)
        day_order_from_ = DayOrderFrom::contradiction;
    else
        day_order_from_ = day_first || month_first ? DayOrderFrom::file : DayOrderFrom::region;
}

bool OrderTable::read_dates(std::int64_t line, const Dates& dates, model::Order& order) {
    std::array<Time, k_times.size()> times{};
    bool good = true;
    for (std::size_t i = 0; i < k_times.size(); ++i) {
        const std::string& text = dates.texts[i];
        if (text.empty()) continue;
        DayOrder by = day_order_;
        std::string_view problem = "import.time_unreadable";
        if (day_order_from_ == DayOrderFrom::contradiction) {
            // Only what cannot be read in two ways is read.
            const DayOrderSign sign = day_order_sign(text);
            by = sign == DayOrderSign::month_first ? DayOrder::month_first : DayOrder::day_first;
            if (sign == DayOrderSign::either) problem = "import.day_order_unclear";
        }
        const auto time = parse_local_time(text, by, zone_);
        if (time && problem == "import.time_unreadable") {
            times[i] = *time;
            continue;
        }
        fail(line, dates.moved, text, problem, k_times[i]);
        good = false;
    }
    order.created_at = times[0];
    if (good && !order.created_at) {
        fail(line, dates.moved, {}, "import.time_missing", k_times[0]);
        good = false;
    }
    order.paid_at = times[1];
    order.updated_at = *std::ranges::max_element(times);
    return good;
}

base::Money OrderTable::amount_of(const TableRow& row, std::string_view field, base::Currency currency, bool& good) {
    const std::string_view text = cell(row, field);
    if (text.empty()) return {0, currency};
    const auto plain = plain_amount(text, currency.decimals());
    if (plain)
        if (const auto money = base::parse_money(*plain, currency)) return *money;
    fail(row, "import.amount_unreadable", field);
    good = false;
    return {0, currency};
}

void OrderTable::add_line(const TableRow& row, model::Order& order, bool& good) {
    model::OrderLine line;
    line.sku_ext_id = cell(row, "sku_id");
    line.seller_sku = cell(row, "seller_sku");
    line.product_name = cell(row, "product_name");
    line.sku_name = cell(row, "variation");
    line.tracking_number = cell(row, "tracking_number");
    const std::string_view quantity = cell(row, "quantity");
    if (!quantity.empty()) {
        const auto [end, error] = std::from_chars(quantity.data(), quantity.data() + quantity.size(), line.quantity);
        if (error != std::errc{} || end != quantity.data() + quantity.size() || line.quantity < 1 ||
            line.quantity > 1'000'000) {
            fail(row, "import.quantity_unreadable", "quantity");
            good = false;
            return;
        }
    }
    line.price = amount_of(row, "unit_price", order.total.currency, good);
    order.item_count += line.quantity;
    order.lines.push_back(std::move(line));
}

// The part of a row that is the same in all rows of its order.
bool OrderTable::read(const TableRow& row, model::Order& order) {
    bool good = true;
    const std::string_view status = cell(row, "status");
    const std::string_view substatus = cell(row, "substatus");
    // The finer word first: "Shipped" may mean "In transit" or "Delivered".
    for (const std::string_view word : {status, substatus})
        if (const auto found = rules_.statuses.find(comparable(word)); found != rules_.statuses.end())
            order.status = found->second;
    order.raw_status = substatus.empty() ? status : substatus;
    if (order.status == model::OrderStatus::unknown) order.flags |= model::k_flag_unknown_status;
    std::string code(cell(row, "currency"));
    if (const auto known = rules_.currencies.find(region_); code.empty() && known != rules_.currencies.end())
        code = known->second;
    if (const auto currency = base::Currency::parse(code)) {
        order.total = amount_of(row, "total", *currency, good);
    } else if (!cell(row, "total").empty()) {
        fail(row, "import.currency_unknown", "currency");
        good = false;
    }
    order.payment_method = cell(row, "payment_method");
    order.cancel_reason = cell(row, "cancel_reason");
    order.cancelled_by = cell(row, "cancelled_by");
    order.buyer_name = base::PiiText(std::string(cell(row, "buyer_name")));
    order.buyer_note = base::PiiText(std::string(cell(row, "buyer_note")));
    order.recipient.name = base::PiiText(std::string(cell(row, "recipient")));
    order.recipient.phone = base::PiiText(std::string(cell(row, "phone")));
    order.recipient.address = base::PiiText(std::string(cell(row, "address")));
    order.recipient.region = cell(row, "country");
    order.source = "import";
    order.collected_at = as_of_;
    return good;
}

void OrderTable::add(const TableRow& row) {
    if (std::ranges::all_of(row.cells, [](const std::string& text) { return base::trim(text).empty(); })) return;
    const std::string id(cell(row, "order_id"));
    // Seller Center explains each column in the line below the header.
    if (rows_ == 0 && orders_.empty() && errors_.empty() && !header_.format.empty() && !id.empty() &&
        !(id[0] >= '0' && id[0] <= '9'))
        return;
    ++rows_;
    if (!all_digits(id) || id.size() > 20) {
        // A spreadsheet program has turned the long number into 5.76654E+17: its last digits are lost.
        const bool rounded = id.find("E+") != std::string::npos || id.find("e+") != std::string::npos;
        return fail(row,
                    id.empty() ? "import.id_missing"
                    : rounded  ? "import.id_rounded"
                               : "import.id_unreadable",
                    "order_id");
    }
    const auto [known, added] = by_id_.try_emplace(id, orders_.size());
    if (added) {
        ReadOrder fresh;
        fresh.line = row.line;
        fresh.order.ext_id = id;
        bad_.push_back(!read(row, fresh.order));
        dates_.push_back(dates_of(row));
        orders_.push_back(std::move(fresh));
    }
    bool good = true;
    add_line(row, orders_[known->second].order, good);
    if (!good) bad_[known->second] = true;
}

std::vector<ReadOrder> OrderTable::finish() {
    decide_day_order();
    std::vector<ReadOrder> out;
    for (std::size_t i = 0; i < orders_.size(); ++i)
        if (read_dates(orders_[i].line, dates_[i], orders_[i].order) && !bad_[i]) out.push_back(std::move(orders_[i]));
    orders_.clear();
    dates_.clear();
    return out;
}

}  // namespace ingest
