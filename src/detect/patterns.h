#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// Many literal words searched in one pass (vectorscan behind). Linear in the size of the text, whatever it holds
// (IN-10): there are no back-references and no backtracking.
namespace detect {

class Patterns {
  public:
    struct Hit {
        std::uint32_t pattern = 0;       // Index into the literals given to compile().
        std::uint32_t from = 0, to = 0;  // Bytes of the text.
    };

    // Takes up to seconds for thousands of literals. They must not be empty.
    static base::Result<Patterns> compile(std::span<const std::string> literals);
    // Takes milliseconds. `literals` must be those it was compiled from; corrupt when the bytes are not of this library
    // and processor.
    static base::Result<Patterns> load(std::string_view serialised, std::span<const std::string> literals);
    // Bytes for load().
    base::Result<std::string> serialise() const;
    // What a serialised form depends on beside the literals: version of the library and features of the processor.
    static std::string platform();

    Patterns(Patterns&&) noexcept;
    Patterns& operator=(Patterns&&) noexcept;
    ~Patterns();

    // All occurrences, in order of their ends. Threads: any; each call takes a work area of its own.
    std::vector<Hit> scan(std::string_view text) const;

  private:
    struct State;
    explicit Patterns(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// The compiled form of `literals`, from `folder` when it is there, else compiled and kept there for the next start. The
// file's name is a hash of `version`, the library and the processor; a damaged file is compiled anew and replaced. An
// unwritable folder costs time and nothing else; empty: no file is read or written.
base::Result<Patterns> cached_patterns(const std::string& folder, std::string_view version,
                                       std::span<const std::string> literals);

}  // namespace detect
