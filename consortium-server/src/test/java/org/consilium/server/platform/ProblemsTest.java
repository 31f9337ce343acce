package org.consilium.server.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonException;
import jakarta.persistence.PersistenceException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.consilium.contract.InvalidParametersException;
import org.consilium.contract.InvalidParametersException.Reason;
import org.consilium.contract.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers are told of a failure, however deep it lies; and that they are told nothing else. */
class ProblemsTest {

    @Test
    void a_refusal_is_told_as_it_is() {
        Refusal refusal = Refusal.of(409, "site-exists", "There is one.", "Choose another.");
        assertThat(Problems.of(refusal)).isEqualTo(refusal.problem());
        assertThat(Problems.of(new IllegalStateException("around it", refusal))).isEqualTo(refusal.problem());
    }

    @Test
    void a_full_disk_is_told_with_its_own_status() {
        Problem problem = Problems.of(deep(new SQLException("could not extend file", "53100")));
        assertThat(problem.status()).isEqualTo(507);
        assertThat(problem.code()).isEqualTo("storage-full");
        assertThat(problem.action()).contains("make room");
    }

    @ParameterizedTest
    @ValueSource(strings = {"08001", "08006", "57P01", "57P03", "53200", "53300"})
    void a_database_that_is_out_of_reach_is_told_to_be_tried_again(String state) {
        Problem problem = Problems.of(deep(new SQLException("the database's own words", state)));
        assertThat(problem.status()).isEqualTo(503);
        assertThat(problem.code()).isEqualTo("database-unavailable");
        assertThat(problem.text()).doesNotContain("own words");
    }

    @Test
    void a_database_that_is_out_of_reach_without_a_code_is_known_by_its_exception() {
        assertThat(Problems.of(deep(new SQLTransientConnectionException("pool is empty")))
                        .status())
                .isEqualTo(503);
        assertThat(Problems.of(deep(new SQLException("broken", (String) null, new IOException("reset"))))
                        .status())
                .isEqualTo(503);
    }

    @Test
    void another_fault_of_the_database_is_the_servers_own_and_none_of_its_words_are_told() {
        Problem problem = Problems.of(deep(new SQLException("duplicate key value (hospital)", "23505")));
        assertThat(problem.status()).isEqualTo(500);
        assertThat(problem.code()).isEqualTo("internal-error");
        assertThat(problem.text()).doesNotContain("hospital").contains("incident");
    }

    @Test
    void two_failures_have_two_incident_numbers() {
        assertThat(Problems.of(new IllegalStateException()).detail())
                .isNotEqualTo(Problems.of(new IllegalStateException()).detail());
    }

    @Test
    void parameters_and_json_that_are_not_valid_are_the_callers_to_mend() {
        Problem parameters = Problems.of(new InvalidParametersException(Reason.NOT_FINITE, "parameter 3 is NaN"));
        assertThat(parameters.status()).isEqualTo(422);
        assertThat(parameters.detail()).isEqualTo("parameter 3 is NaN");
        Problem json = Problems.of(new JsonException("first line\nsecond line"));
        assertThat(json.status()).isEqualTo(400);
        assertThat(json.detail()).contains("first line").doesNotContain("second");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 406, 413, 415, 429, 500, 503})
    void every_status_has_a_problem_of_the_same_status_with_a_next_action(int status) {
        Problem problem = Problems.ofStatus(status, "");
        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.detail()).isNotBlank();
        assertThat(problem.action()).isNotBlank();
    }

    @Test
    void a_status_that_is_no_error_becomes_one() {
        assertThat(Problems.ofStatus(200, "").status()).isEqualTo(500);
    }

    private static RuntimeException deep(SQLException failure) {
        return new IllegalStateException("outer", new PersistenceException("inner", failure));
    }
}
