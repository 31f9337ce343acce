package org.consilium.site.impression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Proxy;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.imageio.ImageIO;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.ImpressionVerdict.Membership;
import org.consilium.contract.Impressions;
import org.consilium.contract.Messages;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.contract.WorkOffer;
import org.consilium.site.audit.RecordedAudit;
import org.consilium.site.images.SiteDatabase;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sets of synthesised images in a hospital's PostgreSQL, and what its steward sees and says of them. */
class ImpressionsIT {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Sha256 PROTOCOL = new Sha256("cd".repeat(32));
    private static final Sha256 MODEL = new Sha256("ab".repeat(32));
    private static final ArchitectureId ARCHITECTURE = new ArchitectureId("cnn.8x8x3.2");
    private static final Impressions SET = set(1);
    private static final WorkOffer.Judge JUDGE = new WorkOffer.Judge(
            new StudyId("cells-1"),
            new RoundNumber(1),
            PROTOCOL,
            "cells",
            MODEL,
            ARCHITECTURE,
            SET.digest(),
            NOW.plusSeconds(60));
    private static final ImpressionVerdict VERDICT = new ImpressionVerdict(
            SET.digest(),
            100,
            30,
            List.of(
                    new ImpressionVerdict.Image(0.9, 1, false),
                    new ImpressionVerdict.Image(0.1, 0.2, true),
                    new ImpressionVerdict.Image(123.4, 1, false)),
            Membership.UNKNOWN,
            new Membership(0.55, 0.04));

    private static SiteDatabase database;

    private RecordedAudit audit;
    private ImpressionSets sets;
    private ImpressionsResource resource;

    @BeforeAll
    static void start() throws IOException {
        database = new SiteDatabase();
    }

    @AfterAll
    static void stop() throws IOException {
        database.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        database.empty();
        audit = new RecordedAudit();
        sets = new ImpressionSets(
                new ImpressionStore(database.source(), audit), database.database, Clock.fixed(NOW, ZoneOffset.UTC));
        resource = new ImpressionsResource();
        resource.sets = sets;
    }

    @Test
    void a_set_that_is_kept_is_here_after_a_restart_and_its_coming_is_recorded() {
        assertThat(sets.kept(SET.digest())).isEmpty();

        sets.keep(JUDGE, SET);

        ImpressionSets restarted =
                new ImpressionSets(new ImpressionStore(database.source(), audit), database.database, Clock.systemUTC());
        assertThat(restarted.kept(SET.digest())).contains(SET);
        assertThat(audit.codes()).containsExactly("impressions.fetched");
        assertThat(audit.records.get(0).entity().hash()).contains(SET.digest());
        assertThat(audit.records.get(0).details()).containsEntry("images", "3");
    }

    @Test
    void a_set_that_was_damaged_where_it_lay_is_fetched_anew() throws SQLException {
        sets.keep(JUDGE, SET);
        database.run("UPDATE imaging.impressions SET body = set_byte(body, 400, 255)");

        assertThat(sets.kept(SET.digest())).isEmpty();

        sets.keep(JUDGE, SET);
        assertThat(sets.kept(SET.digest())).contains(SET);
    }

    @Test
    void the_steward_sees_which_sets_are_here_and_what_the_node_has_said_of_them() {
        sets.keep(JUDGE, SET);
        assertThat(listed()).singleElement().satisfies(set -> {
            assertThat(set.getString("sha256")).isEqualTo(SET.digest().hex());
            assertThat(set.getString("study")).isEqualTo("cells-1");
            assertThat(set.getInt("round")).isEqualTo(1);
            assertThat(set.getString("protocol")).isEqualTo(PROTOCOL.hex());
            assertThat(set.getInt("images")).isEqualTo(3);
            assertThat(set.getString("fetchedAt")).isEqualTo(NOW.toString());
            assertThat(set.isNull("verdict")).isTrue();
        });

        sets.judged(VERDICT);

        assertThat(Messages.verdict(listed().get(0).getJsonObject("verdict"))).isEqualTo(VERDICT);
    }

    @Test
    void a_contact_sheet_shows_each_image_and_which_are_vetoed_by_node_and_steward() throws IOException {
        sets.keep(JUDGE, SET);
        BufferedImage before = sheet(null);
        assertThat(dots(before, ContactSheet.VETO)).isZero();

        sets.judged(VERDICT);
        BufferedImage judged = sheet(null);
        assertThat(judged.getWidth()).isEqualTo(before.getWidth());
        int framed = dots(judged, ContactSheet.VETO);
        assertThat(framed).isPositive();
        assertThat(dots(judged, 0xff000000)).as("distances").isGreaterThan(dots(before, 0xff000000));

        veto("[0,2]");
        assertThat(dots(sheet(null), ContactSheet.VETO)).isGreaterThan(framed);
    }

    @Test
    void an_image_is_shown_in_its_own_colours() throws IOException {
        sets.keep(JUDGE, SET);
        BufferedImage sheet = sheet("1");
        // The second image is red, as far as a network's numbers go.
        assertThat(sheet.getRGB(20, 20) & 0xffffff).isEqualTo(0xff0000);
    }

    @Test
    void what_a_steward_vetoes_is_kept_recorded_once_and_may_be_taken_back() {
        sets.keep(JUDGE, SET);
        assertThat(sets.vetoed(SET)).isEmpty();

        assertThat(veto("[2,0]").getJsonArray("images")).hasToString("[0,2]");
        veto("[2,0]");

        assertThat(sets.vetoed(SET)).containsExactly(0, 2);
        assertThat(audit.codes()).containsExactly("impressions.fetched", "impressions.vetoed");
        assertThat(audit.records.get(1).details()).containsEntry("images", "2");

        veto("[2]");
        assertThat(sets.vetoed(SET)).containsExactly(2);
        veto("[]");
        assertThat(sets.vetoed(SET)).isEmpty();
    }

    /** What is released is a part of what was judged: a set with another digest, and with other numbers. */
    @Test
    void a_vetoed_image_is_vetoed_in_whatever_set_it_comes_again() {
        sets.keep(JUDGE, SET);
        veto("[2]");
        Impressions released = SET.subset(new int[] {0, 2});
        assertThat(released.digest()).isNotEqualTo(SET.digest());

        assertThat(sets.vetoed(released)).containsExactly(1);
        assertThat(sets.vetoed(set(9))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|'images' is missing",
                "{\"images\":3}|'images' must be a JSON array",
                "{\"images\":[3]}|'images' has '3': use the number of an image, 0 to 2",
                "{\"images\":[-1]}|'images' has '-1'",
                "{\"images\":[\"0\"]}|'images' has '\"0\"'",
                "{\"images\":[0.5]}|'images' has '0.5'",
            })
    void a_veto_of_no_image_is_refused_by_name(String body, String said) {
        sets.keep(JUDGE, SET);
        assertThatThrownBy(() -> resource.veto(SET.digest().hex(), body(body), caller()))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().status()).isEqualTo(400);
                    assertThat(refused.problem().detail()).contains(said);
                });
        assertThat(sets.vetoed(SET)).isEmpty();
    }

    @Test
    void a_set_that_has_not_come_is_not_found() {
        for (String digest : List.of("none", SET.digest().hex())) {
            for (Runnable request : List.<Runnable>of(
                    () -> resource.sheet(digest, null),
                    () -> resource.veto(digest, body("{\"images\":[]}"), caller()))) {
                assertThatThrownBy(request::run).isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().status()).isEqualTo(404);
                    assertThat(refused.problem().code()).isEqualTo("impressions-unknown");
                });
            }
        }
    }

    @Test
    void a_sheet_begins_at_an_image_that_there_is() {
        sets.keep(JUDGE, SET);
        for (String from : List.of("3", "-1", "x")) {
            assertThatThrownBy(() -> resource.sheet(SET.digest().hex(), from))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refused -> assertThat(refused.problem().status()).isEqualTo(400));
        }
    }

    @Test
    void a_database_that_went_away_is_refused_for_now() throws Exception {
        try (SiteDatabase own = new SiteDatabase()) {
            own.empty();
            ImpressionSets lost = new ImpressionSets(
                    new ImpressionStore(own.source(), audit), own.database, Clock.fixed(NOW, ZoneOffset.UTC));
            own.goDown();
            assertThatThrownBy(() -> lost.kept(SET.digest()))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refused -> assertThat(refused.problem().status()).isEqualTo(503));
        }
    }

    private List<JsonObject> listed() {
        try (var reader =
                Json.createReader(new StringReader((String) resource.list().getEntity()))) {
            JsonArray all = reader.readArray();
            return all.getValuesAs(JsonObject.class);
        }
    }

    private BufferedImage sheet(String from) throws IOException {
        Response response = resource.sheet(SET.digest().hex(), from);
        assertThat(response.getMediaType()).hasToString("image/png");
        return ImageIO.read(new ByteArrayInputStream((byte[]) response.getEntity()));
    }

    private static int dots(BufferedImage picture, int colour) {
        int count = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                count += picture.getRGB(x, y) == colour ? 1 : 0;
            }
        }
        return count;
    }

    private JsonObject veto(String images) {
        return Responses.object(
                (String) resource.veto(SET.digest().hex(), body("{\"images\":" + images + "}"), caller())
                        .getEntity());
    }

    private static ByteArrayInputStream body(String json) {
        return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
    }

    private static SecurityContext caller() {
        return (SecurityContext) Proxy.newProxyInstance(
                ImpressionsIT.class.getClassLoader(),
                new Class<?>[] {SecurityContext.class},
                (self, method, arguments) -> (java.security.Principal) () -> "dr. who");
    }

    /** A grey image, a red one, and one that goes from dark to light. */
    private static Impressions set(int round) {
        float[] pixels = new float[3 * 192];
        for (int i = 0; i < 192; i++) {
            pixels[i] = round / 10f;
            pixels[192 + i] = i < 64 ? 2 : -2;
            pixels[384 + i] = (i % 64) / 32f - 1 + round / 100f;
        }
        return Impressions.of(
                new ModelOrigin(PROTOCOL, new RoundNumber(round), MODEL, ARCHITECTURE),
                2,
                new float[] {0.7f, 0.3f, 0, 1, 1, 0},
                FloatBuffer.wrap(pixels));
    }
}
