#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/features.h"
#include "model/wire.h"

namespace text {

// Sets the library up; once, before the process is closed.
void prepare_mail();

struct MailReading {
    model::Features features;
    bool leave = false;   // See HtmlReading::deep.
    std::string refused;  // Stable key of why nothing could be read; empty: read.
};

MailReading read_mail(std::string_view bytes, const model::ReadLimits& limits);

// "Name <a@b>, c@d" as written → addresses; groups, comments and encoded words are understood, nonsense is kept.
std::vector<model::MailAddress> read_addresses(std::string_view raw);

}  // namespace text
