#pragma once

#include <gtest/gtest.h>

#include <string>

#include "db/test_support.h"

// Each test of a repository is written once and runs on every database: TEST_P(StoresTest, …) with
// ON_EVERY_DATABASE(StoresTest).
namespace db::test {

enum class Backend { sqlite, postgres, postgres_compatibility };

class DatabaseTest : public testing::TestWithParam<Backend> {
  protected:
    TestDatabase db;

    template <class F>
    auto write(F fn) {
        return db->write(Lane::interactive, fn);
    }
    template <class F>
    auto read(F fn) {
        return db->read(fn);
    }
};

inline std::string backend_name(const testing::TestParamInfo<Backend>& info) {
    switch (info.param) {
        case Backend::sqlite:
            return "sqlite";
        case Backend::postgres:
            return "postgres";
        case Backend::postgres_compatibility:
            return "postgres_compatibility";
    }
    return "";
}

#define ON_EVERY_DATABASE(Fixture) \
    INSTANTIATE_TEST_SUITE_P(, Fixture, testing::Values(db::test::Backend::sqlite), db::test::backend_name)

}  // namespace db::test
