#include "text/html.h"

#include <gumbo.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace text {
namespace {

constexpr std::size_t k_depth_max = 1'500;  // gumbo frees a tree by recursion.

std::string_view attribute(const GumboNode& node, const char* name) {
    const GumboAttribute* found = gumbo_get_attribute(&node.v.element.attributes, name);
    return found == nullptr ? std::string_view() : std::string_view(found->value);
}

bool is_hidden(const GumboNode& node) {
    if (gumbo_get_attribute(&node.v.element.attributes, "hidden") != nullptr) return true;
    std::string style = base::ascii_lower(attribute(node, "style"));
    if (style.empty()) return false;
    std::erase_if(style, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
    for (const std::string_view sign : {"display:none", "visibility:hidden", "mso-hide:all", "opacity:0;",
                                        "max-height:0", "font-size:0;", "font-size:0px", "font-size:0pt"})
        if (style.find(sign) != std::string::npos) return true;
    return style.ends_with("opacity:0") || style.ends_with("font-size:0");
}

bool skipped(GumboTag tag) {
    return tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_TEMPLATE ||
           tag == GUMBO_TAG_NOSCRIPT || tag == GUMBO_TAG_OBJECT || tag == GUMBO_TAG_IFRAME || tag == GUMBO_TAG_TITLE ||
           tag == GUMBO_TAG_TEXTAREA;
}

bool breaks_line(GumboTag tag) {
    switch (tag) {
        case GUMBO_TAG_P:
        case GUMBO_TAG_DIV:
        case GUMBO_TAG_BR:
        case GUMBO_TAG_TR:
        case GUMBO_TAG_LI:
        case GUMBO_TAG_UL:
        case GUMBO_TAG_OL:
        case GUMBO_TAG_TABLE:
        case GUMBO_TAG_H1:
        case GUMBO_TAG_H2:
        case GUMBO_TAG_H3:
        case GUMBO_TAG_H4:
        case GUMBO_TAG_H5:
        case GUMBO_TAG_H6:
        case GUMBO_TAG_BLOCKQUOTE:
        case GUMBO_TAG_HR:
        case GUMBO_TAG_SECTION:
        case GUMBO_TAG_ARTICLE:
        case GUMBO_TAG_HEADER:
        case GUMBO_TAG_FOOTER:
        case GUMBO_TAG_CENTER:
        case GUMBO_TAG_FORM:
        case GUMBO_TAG_PRE:
            return true;
        default:
            return false;
    }
}

class Walk {
  public:
    Walk(const model::ReadLimits& limits, HtmlReading& out) : limits_(limits), out_(out) {}

    // Without recursion: a document may nest as deep as it likes.
    void run(const GumboNode* root) {
        stack_.push_back({root, 0, false, -1});
        enter(stack_.back());
        while (!stack_.empty()) {
            Step& step = stack_.back();
            const GumboVector* children = children_of(*step.node);
            if (children == nullptr || step.next >= children->length) {
                leave(step);
                stack_.pop_back();
                continue;
            }
            const auto* child = static_cast<const GumboNode*>(children->data[step.next++]);
            const bool hidden = step.hidden;
            if (stack_.size() >= k_depth_max) out_.deep = true;
            if (++nodes_ > limits_.html_nodes) {
                out_.cut = true;
                continue;
            }
            visit(child, hidden);
        }
    }

  private:
    struct Step {
        const GumboNode* node;
        unsigned next;
        bool hidden;
        int link;  // Index of the link that this element opened, or -1.
    };

    static const GumboVector* children_of(const GumboNode& node) {
        if (node.type == GUMBO_NODE_DOCUMENT) return &node.v.document.children;
        if (node.type == GUMBO_NODE_ELEMENT) return &node.v.element.children;
        return nullptr;
    }

    void visit(const GumboNode* node, bool hidden) {
        if (node->type == GUMBO_NODE_ELEMENT) {
            if (skipped(node->v.element.tag)) return;
            stack_.push_back({node, 0, hidden || is_hidden(*node), -1});
            enter(stack_.back());
        } else if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
                   node->type == GUMBO_NODE_CDATA) {
            add_text(node->v.text.text, hidden);
        }
    }

    void add_text(std::string_view text, bool hidden) {
        if (hidden) {
            out_.hidden += static_cast<std::size_t>(std::count_if(
                text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }));
            return;
        }
        // gumbo writes what a number beyond Unicode ("&#xFFFFFFFF…;") overflows to: no UTF-8.
        std::string mended;
        if (!base::is_utf8(text)) text = mended = base::replace_invalid_utf8(text);
        for (const char c : text) {
            if (out_.text.size() >= limits_.text) {
                out_.cut = true;
                drop_cut_character(c);
                return;
            }
            const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
            if (space && (out_.text.empty() || out_.text.back() == ' ' || out_.text.back() == '\n')) continue;
            out_.text += space ? ' ' : c;
        }
    }

    void line() {
        if (!out_.text.empty() && out_.text.back() == ' ') out_.text.pop_back();
        if (!out_.text.empty() && out_.text.back() != '\n' && out_.text.size() < limits_.text) out_.text += '\n';
    }

    // The limit fell into a character when `next`, which has no place any more, goes on with it.
    void drop_cut_character(char next) {
        const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
        if (!continues(next)) return;
        while (!out_.text.empty() && continues(out_.text.back())) out_.text.pop_back();
        if (!out_.text.empty()) out_.text.pop_back();
    }

    int add_link(std::string_view url, std::string kind) {
        url = base::trim(url);
        if (url.empty() || url.front() == '#') return -1;
        if (out_.links.size() >= limits_.links) {
            out_.cut = true;
            return -1;
        }
        const auto at = static_cast<std::uint32_t>(out_.text.size());
        out_.links.push_back({"", at, at, base::replace_invalid_utf8(base::shorten(url, 4096)), "", std::move(kind)});
        return static_cast<int>(out_.links.size()) - 1;
    }

    void enter(Step& step) {
        if (step.node->type != GUMBO_NODE_ELEMENT) return;
        const GumboTag tag = step.node->v.element.tag;
        if (breaks_line(tag)) line();
        if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) add_text(" ", step.hidden);
        if (tag == GUMBO_TAG_A || tag == GUMBO_TAG_AREA) step.link = add_link(attribute(*step.node, "href"), "href");
        if (tag == GUMBO_TAG_FORM) add_link(attribute(*step.node, "action"), "form");
        if (tag == GUMBO_TAG_IMG) {
            add_link(attribute(*step.node, "src"), "image");
            // Most readers block pictures and show this instead.
            add_text(attribute(*step.node, "alt"), step.hidden);
        }
        if (tag == GUMBO_TAG_META && base::ascii_iequals(attribute(*step.node, "http-equiv"), "refresh")) {
            const std::string_view content = attribute(*step.node, "content");
            const auto at = base::ascii_lower(content).find("url=");
            if (at != std::string::npos) add_link(content.substr(at + 4), "redirect");
        }
    }

    void leave(const Step& step) {
        if (step.link >= 0) {
            model::Link& link = out_.links[static_cast<std::size_t>(step.link)];
            // Trailing space may have been taken back by a line break inside the link.
            link.from = std::min(link.from, static_cast<std::uint32_t>(out_.text.size()));
            link.to = static_cast<std::uint32_t>(out_.text.size());
            while (link.to > link.from && (out_.text[link.to - 1] == ' ' || out_.text[link.to - 1] == '\n')) --link.to;
            while (link.from < link.to && (out_.text[link.from] == ' ' || out_.text[link.from] == '\n')) ++link.from;
            link.label =
                std::string(base::shorten(std::string_view(out_.text).substr(link.from, link.to - link.from), 1024));
        }
        if (step.node->type == GUMBO_NODE_ELEMENT && breaks_line(step.node->v.element.tag)) line();
    }

    const model::ReadLimits& limits_;
    HtmlReading& out_;
    std::vector<Step> stack_;
    std::uint32_t nodes_ = 0;
};

}  // namespace

std::string declared_charset(std::string_view html) {
    const std::string head = base::ascii_lower(html.substr(0, 4096));
    const auto at = head.find("charset=");
    if (at == std::string::npos) return {};
    std::size_t from = at + 8;
    while (from < head.size() && (head[from] == '"' || head[from] == '\'' || head[from] == ' ')) ++from;
    const auto end = head.find_first_of("\"'; />", from);
    return end == std::string::npos ? std::string() : head.substr(from, end - from);
}

HtmlReading read_html(std::string_view html, const model::ReadLimits& limits) {
    HtmlReading out;
    // Each tag makes at least one node: what lies beyond the limit is not parsed at all.
    std::uint32_t tags = 0;
    for (std::size_t i = 0; i < html.size(); ++i)
        if (html[i] == '<' && ++tags > limits.html_nodes) {
            html = html.substr(0, i);
            out.cut = true;
            break;
        }
    if (html.size() > 4ULL * limits.text) {
        html = base::shorten(html, 4ULL * limits.text);
        out.cut = true;
    }
    GumboOptions options = kGumboDefaultOptions;
    options.max_errors = 0;
    GumboOutput* parsed = gumbo_parse_with_options(&options, html.data(), html.size());
    if (parsed == nullptr) {
        out.cut = true;
        return out;
    }
    Walk(limits, out).run(parsed->document);
    if (!out.deep) gumbo_destroy_output(&options, parsed);
    while (!out.text.empty() && (out.text.back() == '\n' || out.text.back() == ' ')) out.text.pop_back();
    const auto size = static_cast<std::uint32_t>(out.text.size());
    for (model::Link& link : out.links) {
        link.to = std::min(link.to, size);
        link.from = std::min(link.from, link.to);
    }
    return out;
}

}  // namespace text
