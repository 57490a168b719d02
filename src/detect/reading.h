#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "detect/message.h"
#include "detect/normal.h"
#include "detect/patterns.h"
#include "detect/rules.h"
#include "detect/url.h"
#include "model/finding.h"

namespace detect {

// One meaning found in a text. Columns go on from part to part; a Chinese character counts two.
struct Hit {
    ConceptId meaning = 0;
    std::uint16_t part = 0;
    std::uint32_t from = 0, to = 0;  // Bytes of the part's original text.
    std::uint32_t column = 0, column_end = 0;
    std::uint32_t sentence = 0;
    std::uint16_t brand = 0;  // Index + 1 of the brand, where a name or link of one was found.
};

struct LinkView {
    const model::Link* link = nullptr;
    Url url;
    const Brand* owner = nullptr;  // Company the host belongs to.
    std::optional<Url> label;      // Host that the visible text names.
    bool chat = false, short_link = false, form = false, free_host = false, file = false, redirector = false,
         own = false;
    bool foreign() const { return owner == nullptr && !own && !chat; }
};

struct SenderView {
    std::string display, address, domain, registrable;
    const Brand* owner = nullptr;
    bool free_mail = false;
};

// All that detectors share, worked out once a message.
struct Reading {
    const Rules* rules = nullptr;
    MessageView message;
    const Window* window = nullptr;
    std::vector<NormalText> texts;  // One for each part of the features.
    std::vector<Hit> hits;          // By column.
    std::bitset<512> meanings;      // Which concepts occur.
    std::vector<LinkView> links;
    std::optional<SenderView> sender;    // Mail only.
    std::optional<SenderView> reply_to;  // Mail only.
    std::bitset<k_fact_count> facts;

    bool has(Fact fact) const { return facts.test(static_cast<std::size_t>(fact)); }
    bool has(ConceptId meaning) const { return meanings.test(meaning); }
    const model::Features& features() const { return *message.features; }
    model::Place place(const Hit& hit) const { return {features().parts[hit.part].name, hit.from, hit.to}; }
    std::string text_of(const Hit& hit) const {
        return features().parts[hit.part].text.substr(hit.from, hit.to - hit.from);
    }
};

// Pure; linear in the size of the message. More than 20,000 meanings are not kept: the rest of the text adds nothing.
Reading read_message(const Rules& rules, const Patterns& patterns, const MessageView& message, const Window& window);

}  // namespace detect
