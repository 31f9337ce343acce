package org.consilium.site.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.site.platform.OutboundRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DepartureTest {

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v1/enrolments, enrolment",
        "GET, /api/v1/offers/next, poll",
        "GET, /api/v1/models/0123, model-request",
        "PUT, /api/v1/studies/s/rounds/1/update, update",
        "PUT, /api/v1/studies/s/rounds/1/evaluation, evaluation",
        "PUT, /api/v1/studies/s/rounds/1/refusal, refusal",
        "PUT, /api/v1/studies/s/rounds/1/statistics, statistics",
        "PUT, /api/v1/studies/s/rounds/1/verdict, verdict",
        "GET, /api/v1/impressions/0123, impressions-request",
        "POST, /realms/consilium/protocol/openid-connect/token, token",
        "GET, /realms/consilium/protocol/openid-connect/certs, keys",
        "GET, /behind/a/proxy/api/v1/offers/next, poll",
        "GET, /api/v1/alive, probe",
        "PUT, /api/v1/sites/self/heartbeat, heartbeat",
        "PUT, /api/v1/sites/self/keys/next, key-rotation",
        "PUT, /api/v1/sites/self/keys/next/withdrawal, key-rotation",
        "PUT, /api/v1/sites/self/keys/current, key-rotation",
        "GET, /api/v1/protocols/0123, protocol-request",
        "PUT, /api/v1/offers/next, other",
        "POST, /api/v1/studies/s/rounds/1/update, other",
        "GET, /api/v1/models/0123/parts, other",
        "GET, /certs2, other",
        "OPTIONS, /, other",
    })
    void the_kind_is_told_by_method_and_path_and_what_is_not_known_is_other(String method, String path, String kind) {
        assertThat(departure(method, "https://server:8443" + path).kind()).isEqualTo(kind);
    }

    @Test
    void the_recipient_is_kept_with_its_port_and_without_query_or_credentials() {
        assertThat(departure("GET", "https://server/api/v1/offers/next?wait=25").to())
                .isEqualTo("https://server:443/api/v1/offers/next");
        assertThat(departure("GET", "http://user:secret@127.0.0.1:81/a%2Fb#c").to())
                .isEqualTo("http://127.0.0.1:81/a%2Fb");
        assertThat(departure("GET", "http://[::1]").to()).isEqualTo("http://[::1]:80");
    }

    @Test
    void study_and_round_are_kept_where_the_path_has_them() {
        Departure update = departure("PUT", "https://server/api/v1/studies/cells-2/rounds/17/update");
        assertThat(update.study()).contains("cells-2");
        assertThat(update.round()).contains(17);

        Departure study = departure("GET", "https://server/api/v1/studies/cells-2");
        assertThat(study.study()).contains("cells-2");
        assertThat(study.round()).isEmpty();

        Departure strange = departure("PUT", "https://server/api/v1/studies/s/rounds/99999999999/update");
        assertThat(strange.round())
                .as("no number that fits, and listed nevertheless")
                .isEmpty();

        assertThat(departure("GET", "https://server/api/v1/offers/next").study())
                .isEmpty();
    }

    private static Departure departure(String method, String to) {
        return Departure.of(new OutboundRequest(
                method, URI.create(to), Optional.empty(), Optional.empty(), 0, Sha256.of(new byte[0])));
    }
}
