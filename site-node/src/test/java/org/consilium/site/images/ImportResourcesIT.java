package org.consilium.site.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.consilium.site.audit.RecordedAudit;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.ImportSettings;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a steward sends and gets, on a real database. */
@Timeout(60)
class ImportResourcesIT extends OnSiteDatabase {

    private SiteDatabase.Jobs jobs;
    private Imports service;
    private final ImportsResource imports = new ImportsResource();
    private final DatasetsResource datasets = new DatasetsResource();

    @BeforeEach
    void open() {
        jobs = database.jobs();
        wire(database.database);
    }

    private void wire(Database known) {
        ManagedThreadFactory threads = (ManagedThreadFactory) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ManagedThreadFactory.class},
                (self, method, arguments) -> new Thread((Runnable) arguments[0]));
        service = new Imports(
                store,
                jobs,
                new RecordedAudit(),
                known,
                new ImportSettings(Optional.empty()),
                Clock.systemUTC(),
                threads);
        imports.imports = service;
        datasets.store = store;
        datasets.database = known;
    }

    @AfterEach
    void close() {
        service.stop();
    }

    @Test
    void a_folder_is_asked_for_and_followed_until_its_counts_are_shown() throws Exception {
        folder.idx("train", 0, 0, 1, 1).idx("test", 0, 1);

        Response asked = start(Json.createObjectBuilder()
                .add("dataset", "cells")
                .add("folder", folder.path.toString())
                .add("modality", "microscopy")
                .build()
                .toString());

        assertThat(asked.getStatus()).isEqualTo(202);
        String id = Responses.object((String) asked.getEntity()).getString("id");
        assertThat(jobs.ended.poll(30, TimeUnit.SECONDS)).isNotNull();
        JsonObject progress = Responses.object((String) imports.progress(id).getEntity());
        assertThat(progress.getString("state")).isEqualTo("DONE");
        assertThat(progress.getInt("done")).isEqualTo(4);
        assertThat(progress.getInt("total")).isEqualTo(4);
        assertThat(progress.isNull("problem")).isTrue();
        JsonArray shown = Json.createReader(
                        new StringReader((String) datasets.datasets().getEntity()))
                .readArray();
        assertThat(shown).hasSize(1);
        assertThat(shown.getJsonObject(0).getJsonObject("counts"))
                .isEqualTo(Responses.object("{\"train\":[1,2],\"test\":[0,1]}"));
    }

    private Response start(String body) {
        return imports.start(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void what_cannot_be_asked_for_is_refused_with_the_members_name() {
        assertThatThrownBy(() -> start("{\"dataset\":\"cells\",\"folder\":\"cells\",\"modality\":\"CT\"}"))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().status()).isEqualTo(400);
                    assertThat(refused.problem().detail()).contains("'folder'");
                });
    }

    @Test
    void an_import_nobody_started_is_not_found_whatever_its_id() {
        for (String id : new String[] {"7", "00000000-0000-0000-0000-000000000000"}) {
            assertThatThrownBy(() -> imports.progress(id)).isInstanceOfSatisfying(ProblemException.class, refused -> {
                assertThat(refused.problem().status()).isEqualTo(404);
                assertThat(refused.problem().detail()).contains(id);
            });
        }
    }

    @Test
    void before_the_migration_everything_is_refused_for_now() {
        service.stop();
        wire(database.unmigrated());

        assertRefusedForNow(
                datasets::datasets,
                () -> start("{\"dataset\":\"cells\",\"folder\":\"/data\",\"modality\":\"CT\"}"),
                () -> imports.progress("00000000-0000-0000-0000-000000000000"));
    }

    @Test
    void a_database_that_went_away_is_refused_for_now_and_not_called_a_fault_of_the_node() throws Exception {
        service.stop();
        folder.idx("train", 0, 0, 1);
        try (SiteDatabase own = new SiteDatabase()) {
            own.empty();
            jobs = own.jobs();
            store = own.images(null, null);
            wire(own.database);
            own.goDown();

            assertRefusedForNow(
                    datasets::datasets,
                    () -> start("{\"dataset\":\"cells\",\"folder\":\"" + folder.path + "\",\"modality\":\"CT\"}"),
                    () -> imports.progress("00000000-0000-0000-0000-000000000000"));
        }
    }

    private static void assertRefusedForNow(Runnable... requests) {
        for (Runnable request : requests) {
            assertThatThrownBy(request::run).isInstanceOfSatisfying(ProblemException.class, refused -> {
                assertThat(refused.problem().status()).isEqualTo(503);
                assertThat(refused.problem().code()).isEqualTo("database-unavailable");
            });
        }
    }
}
