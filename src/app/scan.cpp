#include "app/scan.h"

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <fstream>
#include <functional>
#include <istream>
#include <iterator>
#include <memory>
#include <ostream>
#include <set>
#include <thread>
#include <utility>

#include "app/lines.h"
#include "base/json.h"
#include "base/text.h"
#include "detect/engine.h"
#include "parse/pool.h"

namespace app {
namespace {

constexpr std::size_t k_batch = 1024;
constexpr std::size_t k_line_bytes_max = model::k_read_bytes_max;

// One message as it came; judged on any thread.
struct Item {
    enum class Form { line, mail, text, refused } form = Form::line;
    std::string id;
    std::string bytes;
    std::string why;  // Of `refused`: the key of why it cannot be read.
};

class Scanner {
  public:
    Scanner(const ScanOptions& options, std::shared_ptr<const detect::Engine> engine, parse::Pool& pool,
            std::ostream& out)
        : options_(options), engine_(std::move(engine)), pool_(pool), out_(out) {}

    void add(Item item) {
        batch_.push_back(std::move(item));
        if (batch_.size() >= k_batch) flush();
    }

    // Judges what was added and prints it in order.
    void flush() {
        std::vector<std::string> lines(batch_.size());
        std::atomic<std::size_t> next = 0;
        const auto work = [&] {
            for (std::size_t i = next++; i < batch_.size(); i = next++) lines[i] = judge(batch_[i]);
        };
        std::vector<std::thread> threads;
        const auto count = std::min<std::size_t>(static_cast<std::size_t>(options_.jobs), batch_.size());
        for (std::size_t t = 1; t < count; ++t) threads.emplace_back(work);
        work();
        for (std::thread& thread : threads) thread.join();
        for (const std::string& line : lines) out_ << line << '\n';
        out_.flush();
        batch_.clear();
    }

  private:
    std::string judge(const Item& item) const {
        switch (item.form) {
            case Item::Form::line:
                return judge_line(item);
            case Item::Form::mail: {
                auto features = pool_.features(model::ReadKind::mail, item.bytes);
                if (!features) return unreadable(item.id, features.error().key);
                detect::add_text_links(*features);
                return judge_features(item.id, *features, channel_or(detect::Channel::email), options_.lang);
            }
            case Item::Form::text:
                return judge_features(item.id, detect::features_of_text("", item.bytes),
                                      channel_or(detect::Channel::chat), options_.lang);
            case Item::Form::refused:
                break;
        }
        return unreadable(item.id, item.why);
    }

    detect::Channel channel_or(detect::Channel otherwise) const {
        return detect::parse_channel(options_.channel).value_or(otherwise);
    }

    std::string judge_line(const Item& item) const {
        const auto document = base::JsonDocument::parse(item.bytes);
        if (!document || !document->root().is_object()) return unreadable(item.id, "line.no_json");
        const base::Json root = document->root();
        const std::string id = root["id"].id_text().value_or(item.id);
        const std::string subject = root["subject"].string_or(), text = root["text"].string_or(),
                          from = root["from"].string_or(), reply_to = root["reply_to"].string_or();
        if (!root["text"].string() && !root["subject"].string() && !root["urls"].is_array())
            return unreadable(id, "line.no_text");
        detect::MessageFields fields{subject, text, from, reply_to, {}};
        for (const base::Json& url : root["urls"].items())
            if (const auto value = url.string()) fields.urls.emplace_back(*value);
        const auto named = detect::parse_channel(root["channel"].string_or());
        const auto channel = options_.channel.empty()
                                 ? named.value_or(from.empty() ? detect::Channel::chat : detect::Channel::email)
                                 : channel_or(detect::Channel::chat);
        return judge_features(id, detect::features_of_fields(fields), channel, root["lang"].string_or(options_.lang));
    }

    std::string judge_features(const std::string& id, const model::Features& features, detect::Channel channel,
                               std::string lang) const {
        detect::MessageView view;
        view.channel = channel;
        view.lang = std::move(lang);
        view.features = &features;
        return print(id, engine_->judge(view, {}, {}));
    }

    std::string unreadable(const std::string& id, const std::string& why) const {
        return print(id, detect::unreadable(engine_->rules(), why.empty() ? "worker.died" : why));
    }

    boost::json::array print(const std::vector<model::Reason>& reasons) const {
        boost::json::array out;
        for (const model::Reason& reason : reasons) {
            boost::json::object item;
            item["code"] = reason.code;
            item["points"] = reason.points;
            boost::json::object& args = item["args"].emplace_object();
            for (const auto& [name, value] : reason.args) args[name] = value;
            if (reason.at) item["at"] = {{"part", reason.at->part}, {"from", reason.at->from}, {"to", reason.at->to}};
            if (options_.explain)
                if (const auto kind = engine_->rules().reasons.find(reason.code);
                    kind != engine_->rules().reasons.end())
                    item["means"] = kind->second.means;
            out.push_back(std::move(item));
        }
        return out;
    }

    std::string print(const std::string& id, const model::Finding& finding) const {
        boost::json::object line;
        line["id"] = base::replace_invalid_utf8(id);
        line["score"] = finding.score;
        line["level"] = model::name(finding.severity);
        line["verdict"] = model::name(finding.verdict);
        line["category"] = model::name(finding.category);
        line["reasons"] = print(finding.reasons);
        line["against"] = print(finding.against);
        if (options_.explain) {
            line["detector"] = finding.detector;
            line["rules"] = finding.rules_version;
        }
        return boost::json::serialize(line);
    }

    const ScanOptions& options_;
    const std::shared_ptr<const detect::Engine> engine_;
    parse::Pool& pool_;
    std::ostream& out_;
    std::vector<Item> batch_;
};

std::string format_of(const ScanOptions& options, const std::string& file) {
    if (!options.format.empty()) return options.format;
    const auto dot = file.rfind('.');
    std::string ending = dot == std::string::npos ? std::string() : base::ascii_lower(file.substr(dot + 1));
    if (ending == "eml" || ending == "mbox" || ending == "msg") return ending;
    if (ending == "txt") return "text";
    if (ending == "png" || ending == "jpg" || ending == "jpeg" || ending == "webp" || ending == "gif") return "image";
    return "jsonl";
}

// Up to the limit; more than that is refused and the rest is left unread.
Item whole(std::istream& in, Item::Form form, const std::string& id) {
    Item item{form, id, {}, {}};
    std::string block(64 * 1024, '\0');
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
        item.bytes.append(block.data(), static_cast<std::size_t>(in.gcount()));
        if (item.bytes.size() > k_line_bytes_max) return {Item::Form::refused, id, {}, "read.too_large"};
    }
    return item;
}

void read_lines(std::istream& in, const std::string& name, Scanner& scanner) {
    std::size_t number = 0;
    LineReader lines(in, k_line_bytes_max);
    std::string line;
    for (auto read = lines.next(line); read != LineReader::Read::end; read = lines.next(line)) {
        ++number;
        const std::string id = name + "#" + std::to_string(number);
        if (read == LineReader::Read::too_long)
            scanner.add({Item::Form::refused, id, {}, "read.too_large"});
        else if (!base::trim(line).empty())
            scanner.add({Item::Form::line, id, std::move(line), {}});
    }
}

void read_mbox(std::istream& in, const std::string& name, Scanner& scanner) {
    std::size_t number = 0;
    split_mbox(in, k_line_bytes_max, [&](std::string mail, bool too_large) {
        const std::string id = name + "#" + std::to_string(++number);
        if (too_large)
            scanner.add({Item::Form::refused, id, {}, "read.too_large"});
        else
            scanner.add({Item::Form::mail, id, std::move(mail), {}});
    });
    if (number == 0) scanner.add({Item::Form::refused, name, {}, "mbox.no_message"});
}

void read_one(std::istream& in, const std::string& format, const std::string& name, Scanner& scanner) {
    if (format == "jsonl")
        read_lines(in, name, scanner);
    else if (format == "mbox")
        read_mbox(in, name, scanner);
    else if (format == "eml")
        scanner.add(whole(in, Item::Form::mail, name));
    else if (format == "text")
        scanner.add(whole(in, Item::Form::text, name));
    else  // No decoder for these is part of this version: said, never guessed.
        scanner.add({Item::Form::refused, name, {}, "format." + format + "_not_supported"});
}

int wrong(std::ostream& err, const std::string& what) {
    err << "stallward scan: " << what << '\n';
    return 2;
}

}  // namespace

int run_scan(const ScanOptions& options, std::istream& in, std::ostream& out, std::ostream& err) {
    static const std::set<std::string> k_formats = {"", "jsonl", "eml", "mbox", "msg", "text", "image"};
    if (!k_formats.contains(options.format)) return wrong(err, "--format must be jsonl, eml, mbox, msg, text or image");
    if (!options.channel.empty() && !detect::parse_channel(options.channel))
        return wrong(err, "--channel must be email, sms, chat, call or url");
    if (options.jobs < 1 || options.jobs > 256) return wrong(err, "--jobs must be 1 to 256");

    auto files = options.rules_folder.empty() ? base::Result<detect::RuleFiles>(detect::built_in_rule_files())
                                              : detect::rule_files_with(options.rules_folder);
    auto engine = files ? detect::Engine::make(*files, options.cache_folder)
                        : base::Result<std::shared_ptr<const detect::Engine>>(std::unexpected(files.error()));
    if (!engine) {
        err << "stallward scan: " << engine.error().what << '\n';
        return 1;
    }
    parse::PoolOptions pool_options;
    pool_options.program = options.worker_program.empty() ? parse::worker_beside_program() : options.worker_program;
    pool_options.workers_max = options.jobs;
    parse::Pool pool(pool_options);
    Scanner scanner(options, *engine, pool, out);
    int status = 0;
    const std::vector<std::string> names = options.files.empty() ? std::vector<std::string>{"-"} : options.files;
    for (const std::string& name : names) {
        const std::string format = format_of(options, name);
        if (name == "-") {
            read_one(in, format, name, scanner);
            continue;
        }
        std::ifstream file(name, std::ios::binary);
        if (!file || file.peek() == std::ifstream::traits_type::eof()) {
            // An unreadable or empty file still gets its line, so that nothing is passed over.
            if (!file.is_open()) {
                err << "stallward scan: " << name << " cannot be opened\n";
                status = 1;
            }
            scanner.add({Item::Form::refused, name, {}, file.is_open() ? "file.empty" : "file.cannot_open"});
            continue;
        }
        read_one(file, format, name, scanner);
    }
    scanner.flush();
    if (!out) {
        err << "stallward scan: the output cannot be written\n";
        return 1;
    }
    return status;
}

}  // namespace app
