package org.consilium.site.images;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.consilium.site.audit.RecordedAudit;
import org.consilium.site.platform.KeyFolder;
import org.consilium.site.platform.Pseudonyms;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests with a real database, empty for each of them, and a folder to import. */
abstract class OnSiteDatabase {

    static SiteDatabase database;

    @TempDir
    Path temporary;

    ImportFolder folder;
    Pseudonyms pseudonyms;
    RecordedAudit audit;
    ImageStore store;

    @BeforeAll
    static void start() throws IOException {
        database = new SiteDatabase();
    }

    @AfterAll
    static void stop() throws IOException {
        database.close();
    }

    @BeforeEach
    void empty() throws IOException, SQLException {
        database.empty();
        folder = new ImportFolder(temporary.resolve("cells"));
        audit = new RecordedAudit();
        pseudonyms = new Pseudonyms(new KeyFolder(temporary.resolve("keys")));
        store = database.images(pseudonyms, audit);
    }
}
