#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>

#include "detect/reading.h"
#include "detect/rules.h"

// Small facts about a message, each with a name and none of them a verdict: that "verify" stands in the subject, that
// the links lead to somebody else than the sender, that letters of other scripts stand among Latin ones. What each is
// worth is data (rules/weights.json), set by tools/train on measured messages.
namespace detect {

// The signs of a message, as bits: meanings in the text, meanings in the subject, facts, forms. Indices below.
using SignBits = std::bitset<k_sign_bits>;

// The kind of message whose weights and scale count for a channel.
Kind kind_of(Channel channel);

// Pure; looks at the first few thousand bytes of each part.
SignBits read_signs(const Reading& reading);

// "word:click", "subject:prize", "fact:short_link", "form:subject_emoji"; empty for an index without a meaning.
std::string sign_name(const Rules& rules, std::size_t index);

}  // namespace detect
