#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

// Certificates for tests, made on the spot: P-256, valid for the names and days that are given.
namespace http {

struct TestCertificate {
    std::string certificate_pem;
    std::string key_pem;
    std::shared_ptr<X509> x509;
    std::shared_ptr<EVP_PKEY> key;
};

struct TestCertificateOptions {
    std::string name = "localhost";
    std::string alternative_names = "DNS:localhost,IP:127.0.0.1";
    int first_day = -1;
    int last_day = 1;
    bool authority = false;
    const TestCertificate* issuer = nullptr;  // Nobody: signed by itself.
};

inline TestCertificate make_certificate(const TestCertificateOptions& options = {}) {
    TestCertificate made;
    made.key.reset(EVP_EC_gen("P-256"), EVP_PKEY_free);
    made.x509.reset(X509_new(), X509_free);
    X509* const x509 = made.x509.get();
    X509_set_version(x509, X509_VERSION_3);
    static long serial = 0;
    ASN1_INTEGER_set(X509_get_serialNumber(x509), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x509), options.first_day * 86'400L);
    X509_gmtime_adj(X509_getm_notAfter(x509), options.last_day * 86'400L);
    X509_set_pubkey(x509, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(options.name.c_str()), -1, -1, 0);
    const TestCertificate& issuer = options.issuer ? *options.issuer : made;
    X509_set_issuer_name(x509, X509_get_subject_name(issuer.x509.get()));
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer.x509.get(), x509, nullptr, nullptr, 0);
    const auto extend = [&](int nid, const std::string& value) {
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
        X509_add_ext(x509, extension, -1);
        X509_EXTENSION_free(extension);
    };
    extend(NID_basic_constraints, options.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!options.alternative_names.empty()) extend(NID_subject_alt_name, options.alternative_names);
    X509_sign(x509, issuer.key.get(), EVP_sha256());

    const auto text_of = [](auto write) {
        BIO* const bio = BIO_new(BIO_s_mem());
        write(bio);
        char* data = nullptr;
        const long size = BIO_get_mem_data(bio, &data);
        std::string text(data, static_cast<std::size_t>(size));
        BIO_free(bio);
        return text;
    };
    made.certificate_pem = text_of([&](BIO* bio) { PEM_write_bio_X509(bio, x509); });
    made.key_pem = text_of(
        [&](BIO* bio) { PEM_write_bio_PrivateKey(bio, made.key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    return made;
}

}  // namespace http
