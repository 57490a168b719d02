#include "sandbox/world/people.h"

#include <fmt/format.h>

#include <span>
#include <vector>

#include "base/text.h"

namespace sandbox {
namespace {

using Words = std::vector<std::string_view>;

struct Names {
    std::string_view language;
    bool family_first;
    std::string_view gap;
    Words given;
    Words family;
};

const std::vector<Names>& all_names() {
    static const std::vector<Names> names = {
        {"en",
         false,
         " ",
         {"Olivia", "Amelia", "Noah", "George", "Isla", "Zoë", "Renée", "Callum", "Priya", "Seán", "Maeve", "Jürgen"},
         {"Smith", "O'Brien", "Jones", "Patel", "Müller", "Taylor", "Nuñez", "Okafor", "Davies", "Łukaszewicz"}},
        {"zh",
         true,
         "",
         {"伟", "芳", "秀英", "敏", "静", "丽", "强", "磊", "洋", "艳", "𠮷平", "欣怡"},
         {"王", "李", "张", "刘", "陈", "杨", "黄", "吴", "欧阳", "𥝱"}},
        {"th",
         false,
         " ",
         {"สมชาย", "สมหญิง", "ณัฐพล", "กัญญารัตน์", "ธนกร", "พิมพ์ชนก", "อนุชา", "สุภาพร", "ปิยะ", "วรรณา"},
         {"ใจดี", "แสงทอง", "ศรีสุข", "วงศ์สวัสดิ์", "บุญมา", "รัตนกุล", "ทองคำ", "พงษ์ไพบูลย์"}},
        {"vi",
         true,
         " ",
         {"Thị Hương", "Văn Nam", "Minh Anh", "Quốc Bảo", "Thu Hà", "Đức Huy", "Ngọc Lan", "Hoàng Phúc", "Tuyết Nhung"},
         {"Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ"}},
        {"id",
         false,
         " ",
         {"Siti", "Budi", "Dewi", "Agus", "Putri", "Rizky", "Nur'aini", "Eko", "Wulan", "Bayu"},
         {"Santoso", "Wijaya", "Kusuma", "Pratama", "Lestari", "Hidayat", "Siregar", "Nasution"}},
        {"ms",
         false,
         " ",
         {"Nur Aisyah", "Muhammad Hafiz", "Siti Aminah", "Ahmad Faiz", "Farah", "Azlan", "Mei Ling", "Thanuja"},
         {"binti Ismail", "bin Abdullah", "a/l Raman", "Tan", "bin Osman", "binti Zulkifli", "a/p Suresh"}},
        {"fil",
         false,
         " ",
         {"Maria Cristina", "Juan Miguel", "Angelica", "Jose", "Bea", "Niño", "Rosario", "Kristine Joy", "Ramil"},
         {"Dela Cruz", "Santos", "Reyes", "Bautista", "Ocampo", "Villanueva", "Peñaflor", "Macaraeg"}},
    };
    return names;
}

struct Places {
    std::string_view region;
    Words streets;
    Words districts;
    Words cities;
    std::string_view postal_pattern;  // 9 stands for a digit, A for a letter.
};

const std::vector<Places>& all_places() {
    static const std::vector<Places> places = {
        {"GB",
         {"Harbour Lane", "Mill Road", "Queen Street"},
         {"Redland", "Didsbury"},
         {"Bristol", "Leeds", "Cardiff"},
         "AA9 9AA"},
        {"US",
         {"Maple Avenue", "3rd Street", "Lakeview Drive"},
         {"Travis", "Cook"},
         {"Austin", "Chicago", "Portland"},
         "99999"},
        {"TH", {"ถนนสุขุมวิท", "ถนนพหลโยธิน", "ซอยลาดพร้าว 71"}, {"วัฒนา", "จตุจักร"}, {"กรุงเทพมหานคร", "เชียงใหม่"}, "99999"},
        {"VN",
         {"Đường Lê Lợi", "Phố Huế", "Đường Nguyễn Trãi"},
         {"Quận 1", "Hai Bà Trưng"},
         {"TP. Hồ Chí Minh", "Hà Nội"},
         "999999"},
        {"ID",
         {"Jl. Merdeka", "Jl. Sudirman", "Gg. Melati"},
         {"Coblong", "Kebayoran"},
         {"Bandung", "Jakarta Selatan"},
         "99999"},
        {"MY",
         {"Jalan Ampang", "Lorong Maarof", "Jalan Burma"},
         {"Bangsar", "Pulau Tikus"},
         {"Kuala Lumpur", "George Town"},
         "99999"},
        {"PH",
         {"Rizal Street", "Mabini St.", "Kalye Bonifacio"},
         {"Brgy. San Roque", "Brgy. Sto. Niño"},
         {"Quezon City", "Cebu"},
         "9999"},
        {"SG",
         {"Bedok North Ave 3", "Clementi Street 12", "Jalan Besar"},
         {"Bedok", "Clementi"},
         {"Singapore"},
         "999999"},
        {"DE", {"Hauptstraße", "Goethestraße"}, {"Mitte", "Altona"}, {"Köln", "Hamburg"}, "99999"},
        {"JP", {"神南1丁目", "本町2丁目"}, {"渋谷区", "中央区"}, {"東京都", "大阪市"}, "999-9999"},
        {"MX", {"Calle Juárez", "Avenida Reforma"}, {"Centro", "Roma Norte"}, {"Ciudad de México", "Mérida"}, "99999"},
        {"IE", {"Quay Street", "Patrick Street"}, {"Salthill", "Shandon"}, {"Galway", "Cork"}, "A99 A9A9"},
    };
    return places;
}

std::string_view pick(const Words& words, base::Random& random) {
    return words[random.below(words.size())];
}

}  // namespace

PersonName person_name(std::string_view language, base::Random& random) {
    const Names* names = all_names().data();
    for (const Names& candidate : all_names())
        if (candidate.language == language) names = &candidate;
    PersonName person;
    person.given = pick(names->given, random);
    person.family = pick(names->family, random);
    person.full = names->family_first ? person.family + std::string(names->gap) + person.given
                                      : person.given + std::string(names->gap) + person.family;
    // The first letters, then stars; one in eight ends in an emoji that is several code points long.
    person.nickname = std::string(base::shorten(person.given, 6)) + "_**";
    if (random.below(8) == 0) person.nickname += random.below(2) == 0 ? "👩🏽‍🌾" : "🇹🇭";
    // One in sixteen is written with combining marks instead of the ready-made letter.
    if (random.below(16) == 0) person.full += " e\u0301";
    return person;
}

StreetAddress street_address(std::string_view region, base::Random& random) {
    const Places* places = all_places().data();
    for (const Places& candidate : all_places())
        if (candidate.region == region) places = &candidate;
    StreetAddress address;
    address.line1 = fmt::format("{} {}", random.below(180) + 1, pick(places->streets, random));
    address.district = pick(places->districts, random);
    address.city = pick(places->cities, random);
    for (const char c : places->postal_pattern) {
        if (c == '9')
            address.postal_code += static_cast<char>('0' + random.below(10));
        else if (c == 'A')
            address.postal_code += static_cast<char>('A' + random.below(26));
        else
            address.postal_code += c;
    }
    return address;
}

}  // namespace sandbox
