#include "text/handler.h"

#include "text/charset.h"
#include "text/html.h"
#include "text/mail.h"
#include "text/table.h"

namespace text {
namespace {

std::string handle_mail(const model::ReadRequest& request, common::Answer& answer) {
    const MailReading reading = read_mail(request.bytes, request.limits);
    if (reading.leave) answer.leave_afterwards();
    if (reading.refused.empty()) answer.features(reading.features);
    return reading.refused;
}

std::string handle_html(const model::ReadRequest& request, common::Answer& answer) {
    const Converted converted = to_utf8(request.bytes, declared_charset(request.bytes));
    HtmlReading html = read_html(converted.text, request.limits);
    if (html.deep) answer.leave_afterwards();
    model::Features features;
    for (model::Link& link : html.links) link.part = "html";
    features.parts.push_back({"html", std::move(html.text)});
    features.links = std::move(html.links);
    features.cut = html.cut;
    if (converted.unknown) features.oddities.emplace_back("charset.unknown");
    if (converted.broken) features.oddities.emplace_back("charset.broken");
    if (html.hidden > 400) features.oddities.emplace_back("html.hidden_text");
    answer.features(features);
    return {};
}

}  // namespace

void prepare() {
    prepare_mail();
    (void)read_table("a,b\n1,2\n", {}, [](const model::TableRows&) { return true; });
}

std::string handle(const model::ReadRequest& request, common::Answer& answer) {
    switch (request.kind) {
        case model::ReadKind::mail:
            return handle_mail(request, answer);
        case model::ReadKind::html:
            return handle_html(request, answer);
        case model::ReadKind::table:
            return read_table(request.bytes, request.limits,
                              [&](const model::TableRows& rows) { return answer.rows(rows); });
    }
    return "worker.kind";
}

}  // namespace text
