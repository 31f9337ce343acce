package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;

/** A node's key and its request to be let in. */
class EnrolmentTest {

    /** RFC 7517, appendix A.1, with its thumbprint by RFC 7638 from an independent program (openssl, sha256sum). */
    private static final String RFC_7517_KEY = """
            {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
             "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}""";

    private final Es256KeyPair pair = Es256KeyPair.generate();
    private final Es256Key key = pair.publicKey();
    private final Enrolment enrolment = new Enrolment("7K2MD-0Q9XA-B3JTV-58WEC-R1HNZ", key, "0.1.0");

    @Test
    void a_key_is_read_as_it_is_written_and_has_the_thumbprint_of_rfc_7638() {
        assertThat(Es256Key.fromJwk(key.jwk())).isEqualTo(key);
        assertThat(key.jwk().getString("kid")).isEqualTo(key.kid()).matches("[A-Za-z0-9_-]{43}");
        assertThat(Es256Key.fromJwk(json(RFC_7517_KEY)).kid()).isEqualTo("cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
    }

    @Test
    void a_key_that_is_none_is_refused_by_name() throws GeneralSecurityException {
        refused("\"kty\":\"EC\"", "\"kty\":\"RSA\"", "'kty' must be EC");
        refused("P-256", "P-384", "'crv' must be P-256");
        refused("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "AAAA", "'x' must have 32 bytes");
        refused("MKBCTN", "NKBCTN", "no point of the curve");
        refused("4Etl6SRW", "!", "'y' must be base64url");
        refused("\"use\":\"enc\"", "\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"", "private half");
        KeyPairGenerator other = KeyPairGenerator.getInstance("EC");
        other.initialize(new ECGenParameterSpec("secp384r1"));
        ECPublicKey foreign = (ECPublicKey) other.generateKeyPair().getPublic();
        assertThatThrownBy(() -> Es256Key.of(foreign)).hasMessageContaining("another curve");
    }

    @Test
    void a_pair_is_read_as_it_is_written() {
        Es256KeyPair read = Es256KeyPair.fromPem(pair.toPem());
        assertThat(read.publicKey()).isEqualTo(key);
        assertThat(key.verified(read.sign(enrolment.key().jwk()))).isEqualTo(key.jwk());
    }

    @Test
    void a_request_is_read_back_when_its_own_key_signed_it() {
        assertThat(Enrolment.fromJson(enrolment.toJson(pair::sign))).isEqualTo(enrolment);
    }

    @Test
    void a_request_that_another_key_signed_or_that_was_made_for_another_code_is_refused() {
        Es256KeyPair other = Es256KeyPair.generate();
        assertThatThrownBy(() -> Enrolment.fromJson(enrolment.toJson(other::sign)))
                .hasMessageContaining("'proof'")
                .hasMessageContaining("not signed by the key");
        JsonObject stolen = Json.createObjectBuilder(enrolment.toJson(pair::sign))
                .add("code", "00000-00000-00000-00000-00000")
                .build();
        assertThatThrownBy(() -> Enrolment.fromJson(stolen)).hasMessageContaining("made for another request");
        for (String proof : new String[] {"", "a.b", "a.b.c", "e30.e30.e30", "!.!.!"}) {
            assertThatThrownBy(() -> Enrolment.fromJson(enrolment.toJson(claims -> proof)))
                    .as(proof)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'proof'");
        }
    }

    @Test
    void members_that_are_missing_are_named() {
        assertThatThrownBy(() -> new Enrolment(" ", key, "0.1.0")).hasMessageContaining("'code'");
        assertThatThrownBy(() -> new Enrolment("x", key, "")).hasMessageContaining("'nodeVersion'");
        assertThatThrownBy(() -> Enrolment.fromJson(json("{}"))).hasMessageContaining("'code'");
    }

    private static void refused(String part, String by, String message) {
        JsonObject jwk = json(RFC_7517_KEY.replace(part, by));
        assertThatThrownBy(() -> Es256Key.fromJwk(jwk))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
