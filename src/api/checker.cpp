#include <boost/json.hpp>

#include "api/answer.h"
#include "api/input.h"
#include "api/json_out.h"
#include "api/routes.h"
#include "api/services.h"
#include "base/encoding.h"
#include "base/text.h"
#include "detect/engine.h"
#include "detect/message.h"
#include "detect/url.h"

namespace api {
namespace {

constexpr std::size_t k_max_text = 200'000;
constexpr std::size_t k_max_links_shown = 100;

boost::json::array links_json(const detect::Rules& rules, const model::Features& features) {
    boost::json::array out;
    for (const model::Link& link : features.links) {
        if (out.size() == k_max_links_shown) break;
        const auto url = detect::parse_url(link.url);
        if (!url) continue;
        boost::json::object item{{"url", link.url},
                                 {"host", url->shown_host},
                                 {"domain", url->domain},
                                 {"official", rules.brand_of(url->domain) != nullptr}};
        if (!link.label.empty()) item["label"] = link.label;
        out.emplace_back(std::move(item));
    }
    return out;
}

boost::json::object result_json(const detect::Rules& rules, const model::Finding& finding,
                                const model::Features& features) {
    boost::json::array parts, oddities;
    for (const model::TextPart& part : features.parts)
        parts.emplace_back(boost::json::object{{"name", part.name}, {"text", part.text}});
    for (const std::string& oddity : features.oddities) oddities.emplace_back(oddity);
    boost::json::object out{{"verdict", model::name(finding.verdict)},
                            {"category", model::name(finding.category)},
                            {"severity", model::name(finding.severity)},
                            {"score", finding.score},
                            {"reasons", reasons_json(finding.reasons)},
                            {"against", reasons_json(finding.against)},
                            {"parts", std::move(parts)},
                            {"links", links_json(rules, features)},
                            {"oddities", std::move(oddities)},
                            {"rules_version", finding.rules_version}};
    if (features.mail && !features.mail->from.empty()) {
        const model::MailAddress& from = features.mail->from.front();
        const std::string domain = detect::registrable_domain(detect::mail_domain(from.address));
        // Whether the receiving server proved the sender is known only when its name is configured; a header that
        // anybody may write is no proof.
        out["sender"] = {{"address", from.address},
                         {"display", from.display},
                         {"official", rules.brand_of(domain) != nullptr},
                         {"authentication", "unknown"}};
    }
    return out;
}

// "Name <local@domain>", or an address alone.
model::MailAddress read_address(std::string_view text) {
    const auto open = text.rfind('<'), close = text.rfind('>');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return {{}, std::string(base::trim(text))};
    return {std::string(base::trim(text.substr(0, open))),
            std::string(base::trim(text.substr(open + 1, close - open - 1)))};
}

base::Result<http::Response> check_message(Services& services, const Call& call) {
    const auto channel = detect::parse_channel(text_or(call.body, "channel"));
    if (!channel) return bad_parameter("channel");
    model::Features features;
    if (const auto eml = call.body["eml_base64"].string()) {
        const auto bytes = base::parse_base64(*eml);
        if (!bytes) return bad_parameter("eml_base64");
        auto read = services.read_mail(*bytes);
        if (!read) {
            // A mail that cannot be read is dangerous, never clean (IN-2).
            const model::Finding finding = detect::unreadable(
                services.detectors.rules(), read.error().key.empty() ? "worker.failed" : read.error().key);
            return json(result_json(services.detectors.rules(), finding, {}));
        }
        features = std::move(*read);
        detect::add_text_links(features);
    } else {
        const std::string text = text_or(call.body, "text");
        if (base::trim(text).empty())
            return base::fail(base::Code::invalid_input, "nothing to check:text", "checker.empty");
        features = detect::features_of_text(text_or(call.body, "subject"), text);
        if (const std::string from = text_or(call.body, "from"); !from.empty()) {
            features.mail.emplace();
            features.mail->from.push_back(read_address(from));
        }
    }
    detect::MessageView view;
    view.channel = *channel;
    view.features = &features;
    const model::Finding finding = services.detectors.judge(view, {}, services.clock.now());
    return json(result_json(services.detectors.rules(), finding, features));
}

}  // namespace

std::vector<Route> checker_routes() {
    return {{http::Method::post,
             "/checker",
             "checkMessage",
             model::Action::check_messages,
             &check_message,
             {{.name = "channel", .required = true, .max = 10},
              {.name = "text", .max = k_max_text},
              {.name = "eml_base64", .max = 35u << 20},
              {.name = "subject", .max = 2'000},
              {.name = "from", .max = 1'000}},
             36u << 20}};
}

}  // namespace api
