package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.consilium.contract.SiteId;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.SharedPlatform;
import org.consilium.quickstart.platform.Steward;
import org.consilium.quickstart.platform.Strangers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The table of {@code site-node/access.md}, tried address by address on a real node with tokens of a real Keycloak. */
@ExtendWith(SharedPlatform.class)
class NodeAccessIT {

    private static final List<String> CALLERS =
            List.of("nobody", "consortium's token", "steward of another site", "another role", "own steward");

    @Test
    void everyone_may_call_what_the_access_table_says_and_nothing_else(Platform platform) throws Exception {
        List<String[]> rows = rows();
        assertThat(rows).hasSizeGreaterThan(10);
        Steward auditor = Strangers.auditor(platform, new SiteId("site-1"));
        List<String> wrong = new ArrayList<>();
        for (String[] row : rows) {
            for (int i = 0; i < CALLERS.size(); i++) {
                String token =
                        switch (CALLERS.get(i)) {
                            case "nobody" -> null;
                            case "consortium's token" -> platform.bearerToken();
                            case "steward of another site" ->
                                platform.steward(new SiteId("site-2")).token();
                            case "another role" -> auditor.token();
                            default -> platform.steward(new SiteId("site-1")).token();
                        };
                HttpResponse<String> answer = call(platform, row[1], row[2], token);
                boolean refused = answer.statusCode() == 401 || answer.statusCode() == 403;
                if (refused == row[i + 3].equals("yes") || answer.statusCode() >= 500) {
                    wrong.add(row[1] + " " + row[2] + " as " + CALLERS.get(i) + ": " + answer.statusCode() + " "
                            + answer.body());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Asks for something that, where it is let in, is refused for what it says or only reads. */
    private static HttpResponse<String> call(Platform platform, String method, String path, String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        platform.siteUrl(1).resolve("/api/v1/" + path.replaceAll("\\{[^}]*}", "none")))
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        method.equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString("{}"));
        if (!method.equals("GET")) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return platform.httpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static List<String[]> rows() throws IOException {
        Path table = SharedPlatform.ROOT.resolve("site-node/access.md");
        try (Stream<String> lines = Files.lines(table)) {
            return lines.takeWhile(line -> !line.equals("## Pages"))
                    .filter(line -> line.startsWith("| ") && !line.startsWith("| method"))
                    .map(line ->
                            Arrays.stream(line.split("\\|")).map(String::strip).toArray(String[]::new))
                    .toList();
        }
    }
}
