package org.consilium.site.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Problem;
import org.consilium.model.images.ImageDataException;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.DatabaseTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ImportProblemsTest {

    private static final Logger LOG = Logger.getLogger(ImportProblems.class.getName());
    private static final ImportRequest REQUEST =
            new ImportRequest("cells", Path.of("/data/cells"), "microscopy", false, false);

    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        LOG.setLevel(null);
    }

    @Test
    void a_full_disk_is_called_by_its_name() {
        Problem problem = of(new IllegalStateException(new SQLException("could not extend file", "53100")));

        assertThat(problem.code()).isEqualTo("disk-full");
        assertThat(problem.status()).isEqualTo(507);
        assertThat(problem.detail()).contains("/data/cells").contains("could not extend file");
        assertThat(problem.action()).contains("Nothing was changed").contains("room");
    }

    @Test
    void a_database_that_went_away_is_named() {
        Problem problem = of(new SQLException("connection reset", "08006"));

        assertThat(problem.code()).isEqualTo("database-unavailable");
        assertThat(problem.detail()).contains("db.test:5432/site").contains("connection reset");
    }

    @Test
    void images_that_do_not_fit_the_memory_name_the_setting() {
        Problem problem = of(new OutOfMemoryError("Java heap space"));

        assertThat(problem.code()).isEqualTo("memory-exhausted");
        assertThat(problem.detail()).contains("/data/cells");
        assertThat(problem.action()).contains("-Xmx").contains("jvm.options");
    }

    @Test
    void bad_images_keep_the_message_that_names_the_file() {
        Problem problem = of(new ImageDataException("/data/cells/train/a/1.png is damaged; copy it again"));

        assertThat(problem.code()).isEqualTo("images-invalid");
        assertThat(problem.detail()).contains("/data/cells/train/a/1.png");
        assertThat(problem.action()).contains("import again");
    }

    @Test
    void what_nobody_foresaw_leads_to_the_log() {
        Problem problem = of(new IllegalStateException("surprise"));

        assertThat(problem.code()).isEqualTo("import-failed");
        assertThat(problem.detail()).contains("/data/cells").contains("surprise");
        assertThat(problem.action()).contains("messages.log");
    }

    private static Problem of(Throwable failure) {
        return ImportProblems.of(failure, REQUEST, new Database(null, DatabaseTest.SETTINGS));
    }
}
