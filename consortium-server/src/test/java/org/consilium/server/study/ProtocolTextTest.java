package org.consilium.server.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.protocol.DataSpecification;
import org.consilium.contract.protocol.Measure;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.PrimaryEndpoint;
import org.consilium.contract.protocol.PrivacySettings;
import org.consilium.contract.protocol.Retention;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.StudyProtocol;
import org.junit.jupiter.api.Test;

/** Whatever a coordinator writes into a protocol stays text on the page that stewards read. */
class ProtocolTextTest {

    private static final String[] PIECES = {
        "<script>alert(1)</script>",
        "<",
        ">",
        "&",
        "&lt;",
        "\\",
        "`",
        "```",
        "\n",
        "\n\n",
        "    ",
        "# ",
        "- ",
        "1. ",
        "[a](javascript:x)",
        "![a](b)",
        "<http://a.b>",
        "http://a.b",
        "*",
        "_",
        "~~~",
        "===",
        "---",
        "|",
        "\u00a0",
        "\u2028",
        "\u202e",
        "x",
        " ",
        "%s",
        "${x}",
        "&#60;",
        "\"",
        "'"
    };
    private static final Pattern TAG = Pattern.compile("<[^>]*>?");
    private static final int LONGEST_NAME = 60;

    @Test
    void no_text_becomes_markup() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder lines = new StringBuilder("x");
            for (int j = 0; j < 8; j++) {
                lines.append(PIECES[random.nextInt(PIECES.length)]);
            }
            String html = ProtocolText.html(ProtocolVersion.draft(protocol(lines.toString()), "a", Instant.EPOCH));
            String body = html.substring(html.indexOf("<body>") + 6, html.indexOf("</body>"));
            Matcher tags = TAG.matcher(body);
            while (tags.find()) {
                assertThat(tags.group()).as(lines.toString()).matches("</?(h1|h2|p|ul|li|strong)>");
            }
            String title = html.substring(html.indexOf("<title>") + 7, html.indexOf("</title>"));
            assertThat(title).doesNotContain("<");
            assertThat(body.split("<h2>")).as("its nine sections").hasSize(10);
        }
    }

    /** 21 CFR 11.50(b): the signed record's forms for people show the printed name, date and time, and the meaning. */
    @Test
    void each_signature_shows_its_name_its_time_in_utc_and_its_meaning() {
        Instant at = Instant.parse("2026-01-05T23:59:54Z");
        SiteId site = new SiteId("a");
        ProtocolVersion proposed =
                Study.drafted(protocol("x y"), "ada", at).proposed(at).newest();
        for (Signature signature :
                List.of(SignedStudies.signature(proposed, site, at), SignedStudies.refusal(proposed, site, at))) {
            ProtocolVersion version = new ProtocolVersion(
                    proposed.protocol(),
                    proposed.state(),
                    proposed.author(),
                    proposed.createdAt(),
                    proposed.proposedAt(),
                    proposed.decidedAt(),
                    List.of(signature));
            for (String page : List.of(
                    ProtocolText.markdown(version).replace("\\", ""),
                    ProtocolText.html(version).replaceAll("<[^>]*>", ""))) {
                String own = page.lines()
                        .filter(line -> line.contains("Steward of a"))
                        .findFirst()
                        .orElseThrow();
                assertThat(own)
                        .contains("Steward of a, 2026-01-06T00:00:00Z. ")
                        .contains(signature.statement().meaning());
                assertThat(own.contains("Reason: Too many rounds.")).isEqualTo(!signature.approves());
            }
        }
        assertThat(ProtocolText.markdown(proposed)).contains("**a**: not signed");
    }

    private static StudyProtocol protocol(String lines) {
        String whole = lines.replace("\n", " ");
        String line = whole.substring(0, Math.min(LONGEST_NAME, whole.length()));
        return new StudyProtocol(
                new StudyId("s"),
                1,
                line,
                lines,
                line,
                new DataSpecification(line, line, List.of(line, line.substring(1) + "y"), lines, 1, 0),
                new ArchitectureId("toy.1x1x1.2"),
                Sha256.of(new byte[1]),
                new MethodSettings("fedavg", Map.of("weights", "examples")),
                new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0), 7),
                new PrivacySettings(1, false),
                List.of(new SiteId("a")),
                new Schedule(1, 1, Duration.ofHours(1), true),
                new PrimaryEndpoint(Measure.ACCURACY, lines),
                List.of(),
                new Retention(30, Retention.OnWithdrawal.KEEP));
    }
}
