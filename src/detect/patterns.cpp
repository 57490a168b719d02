#include "detect/patterns.h"

#include <hs/hs.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/file.h"

namespace detect {

struct Patterns::State {
    hs_database_t* database = nullptr;
    std::vector<std::uint32_t> lengths;
    hs_scratch_t* prototype = nullptr;
    std::mutex mutex;
    std::vector<hs_scratch_t*> idle;  // Work areas not in use.

    ~State() {
        for (hs_scratch_t* scratch : idle) hs_free_scratch(scratch);
        if (prototype != nullptr) hs_free_scratch(prototype);
        if (database != nullptr) hs_free_database(database);
    }

    hs_scratch_t* take() {
        {
            const std::scoped_lock lock(mutex);
            if (!idle.empty()) {
                hs_scratch_t* scratch = idle.back();
                idle.pop_back();
                return scratch;
            }
        }
        hs_scratch_t* scratch = nullptr;
        if (hs_clone_scratch(prototype, &scratch) != HS_SUCCESS) std::abort();  // Out of memory.
        return scratch;
    }
    void give_back(hs_scratch_t* scratch) {
        const std::scoped_lock lock(mutex);
        idle.push_back(scratch);
    }
};

Patterns::Patterns(std::unique_ptr<State> state) : state_(std::move(state)) {}
Patterns::Patterns(Patterns&&) noexcept = default;
Patterns& Patterns::operator=(Patterns&&) noexcept = default;
Patterns::~Patterns() = default;

base::Result<Patterns> Patterns::compile(std::span<const std::string> literals) {
    auto state = std::make_unique<State>();
    std::vector<const char*> expressions;
    std::vector<unsigned> flags, ids;
    std::vector<std::size_t> lengths;
    for (std::size_t i = 0; i < literals.size(); ++i) {
        if (literals[i].empty()) return base::fail(base::Code::invalid_input, "an empty pattern");
        expressions.push_back(literals[i].c_str());
        flags.push_back(0);
        ids.push_back(static_cast<unsigned>(i));
        lengths.push_back(literals[i].size());
        state->lengths.push_back(static_cast<std::uint32_t>(literals[i].size()));
    }
    if (!literals.empty()) {
        hs_compile_error_t* error = nullptr;
        if (hs_compile_lit_multi(expressions.data(), flags.data(), ids.data(), lengths.data(),
                                 static_cast<unsigned>(literals.size()), HS_MODE_BLOCK, nullptr, &state->database,
                                 &error) != HS_SUCCESS) {
            std::string what = error != nullptr && error->message != nullptr ? error->message : "unknown";
            hs_free_compile_error(error);
            return base::fail(base::Code::invalid_input, "patterns do not compile: " + what);
        }
        if (hs_alloc_scratch(state->database, &state->prototype) != HS_SUCCESS)
            return base::fail(base::Code::unavailable, "no memory for the patterns' work area");
    }
    return Patterns(std::move(state));
}

base::Result<Patterns> Patterns::load(std::string_view serialised, std::span<const std::string> literals) {
    auto state = std::make_unique<State>();
    for (const std::string& literal : literals) state->lengths.push_back(static_cast<std::uint32_t>(literal.size()));
    if (!literals.empty()) {
        // The database's CRC is checked by the library; a form of another processor is refused.
        if (hs_deserialize_database(serialised.data(), serialised.size(), &state->database) != HS_SUCCESS)
            return base::fail(base::Code::corrupt, "these compiled patterns cannot be used here");
        if (hs_alloc_scratch(state->database, &state->prototype) != HS_SUCCESS)
            return base::fail(base::Code::unavailable, "no memory for the patterns' work area");
    }
    return Patterns(std::move(state));
}

base::Result<std::string> Patterns::serialise() const {
    if (state_->database == nullptr) return std::string();
    char* bytes = nullptr;
    std::size_t size = 0;
    if (hs_serialize_database(state_->database, &bytes, &size) != HS_SUCCESS)
        return base::fail(base::Code::internal, "patterns cannot be serialised");
    std::string out(bytes, size);
    std::free(bytes);  // The library's default allocator is malloc.
    return out;
}

std::string Patterns::platform() {
    hs_platform_info_t info = {};
    if (hs_populate_platform(&info) != HS_SUCCESS) info = {};
    return std::string(hs_version()) + "/" + std::to_string(info.tune) + "/" + std::to_string(info.cpu_features);
}

std::vector<Patterns::Hit> Patterns::scan(std::string_view text) const {
    struct Found {
        const std::vector<std::uint32_t>& lengths;
        std::vector<Hit> hits;
    } found{state_->lengths, {}};
    if (state_->database == nullptr || text.empty()) return {};
    const auto on_match = [](unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
        auto& into = *static_cast<Found*>(context);
        const auto end = static_cast<std::uint32_t>(to);
        into.hits.push_back({id, end - into.lengths[id], end});
        return 0;
    };
    hs_scratch_t* scratch = state_->take();
    hs_scan(state_->database, text.data(), static_cast<unsigned>(text.size()), 0, scratch, on_match, &found);
    state_->give_back(scratch);
    return std::move(found.hits);
}

base::Result<Patterns> cached_patterns(const std::string& folder, std::string_view version,
                                       std::span<const std::string> literals) {
    if (folder.empty()) return Patterns::compile(literals);
    constexpr std::string_view k_magic = "stallward patterns 1\n";
    const std::string key = base::hex(base::sha256(std::string(version) + "\n" + Patterns::platform()));
    const std::string path = folder + "/patterns-" + key.substr(0, 32) + ".bin";
    if (const auto content = base::read_file(path, 256u << 20)) {
        const std::string_view bytes = *content;
        if (bytes.starts_with(k_magic) && bytes.size() > k_magic.size() + 32) {
            const std::string_view digest = bytes.substr(k_magic.size(), 32);
            const std::string_view payload = bytes.substr(k_magic.size() + 32);
            if (base::sha256(payload) == digest)
                if (auto loaded = Patterns::load(payload, literals)) return loaded;
        }
    }
    Patterns made = TRY(Patterns::compile(literals));
    if (const auto payload = made.serialise())
        // Failing to keep it is no failure: the next start compiles again.
        (void)base::write_file(path, std::string(k_magic) + base::sha256(*payload) + *payload);
    return made;
}

}  // namespace detect
