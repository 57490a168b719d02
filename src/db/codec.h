#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "db/keys.h"
#include "db/sql.h"
#include "model/ids.h"

// How this room writes values that SQL has no type for. Private to the room.
namespace db::codec {

// The value whose name() is `text`; `otherwise` when a later version wrote one that this does not know.
template <class E>
E by_name(std::string_view text, std::initializer_list<E> all, E otherwise) {
    for (const E value : all)
        if (name(value) == text) return value;
    return otherwise;
}

// Strings one after the other, each with its length before it: exact for any bytes.
std::string pack(std::initializer_list<std::string_view> parts);
// Exactly `count` parts, or corrupt.
base::Result<std::vector<std::string>> unpack(std::string_view bytes, std::size_t count);

// "s_1 s_2"; scopes and the like, which hold no space.
std::string join(const std::vector<std::string>& parts);
std::vector<std::string> split_words(std::string_view text);

// "?5, ?6, ?7" and the arguments to it.
std::string placeholders(std::size_t first, std::size_t count);
void add_ids(std::vector<Arg>& args, const std::vector<model::StoreId>& ids);

// The place of an encrypted column of a row of a store.
template <class Id>
base::Place place(int column, model::StoreId store, Id id) {
    return {column, store.text() + "/" + id.text(), store.text()};
}

// Buyer data: sealed under the key of the store and month of collection. What can no longer be opened since its key was
// destroyed (retention) reads as empty.
template <class Id>
base::Result<std::string> seal_pii(const Reader& reader, int column, model::StoreId store, Id id, base::Time collected,
                                   std::string_view plain) {
    return reader.keys().seal(purpose::pii, month_scope(store, collected), place(column, store, id), plain);
}
base::Result<std::string> open_or_empty(const Reader& reader, std::string_view sealed, const base::Place& place);

}  // namespace db::codec
