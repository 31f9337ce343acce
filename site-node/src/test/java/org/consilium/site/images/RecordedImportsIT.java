package org.consilium.site.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.site.audit.AuditOfNode;
import org.consilium.site.audit.RecordedAudit;
import org.consilium.site.platform.KeyFolder;
import org.consilium.site.platform.Pseudonyms;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Imports and their records on one real database, in one transaction. */
class RecordedImportsIT extends OnSiteDatabase {

    private AuditOfNode node;
    private Path keys;

    @BeforeEach
    void open() {
        keys = temporary.resolve("keys");
        SiteSettings settings = new SiteSettings(
                new SiteId("site-1"),
                URI.create("https://consortium.test"),
                URI.create("https://keycloak.test/realms/consilium"),
                keys,
                URI.create("https://site-1.test"));
        SiteKey key = new SiteKey(new KeyFolder(keys));
        node = new AuditOfNode(database, key, settings, Clock.systemUTC());
        node.audit.open();
        store = database.images(new Pseudonyms(new KeyFolder(keys)), node.audit);
    }

    @Test
    void an_import_and_its_record_are_there_together() throws Exception {
        folder.idx("train", 0, 1, 0);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});

        AuditRecord came = node.records("dataset.registered").get(0);
        assertThat(came.entity().id()).isEqualTo("cells");
        assertThat(came.entity().hash()).isEqualTo(store.fingerprint("cells"));
        assertThat(came.actor()).isEqualTo(RecordedAudit.NODE.actor());
        assertThat(came.correlation()).isEqualTo(RecordedAudit.NODE.correlation());
    }

    @Test
    void an_import_that_fails_leaves_no_record() throws Exception {
        folder.png("train/a/1.png", 10).png("train/b/1.png", 20);
        assertThatThrownBy(() -> store.add(FolderSource.open(folder.request()), RecordedAudit.NODE, false, done -> {
                    throw new IllegalStateException("the node stops");
                }))
                .hasMessage("the node stops");

        assertThat(node.records("dataset.registered")).isEmpty();
        assertThat(count("imaging.image")).isEqualTo("0");
    }

    @Test
    void an_import_that_cannot_be_recorded_brings_in_nothing() throws Exception {
        database.run("ALTER TABLE imaging.audit_record ADD CHECK (code <> 'dataset.registered')");
        folder.idx("train", 0, 1, 0);

        assertThatThrownBy(() -> store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {}))
                .isInstanceOf(SQLException.class);

        assertThat(count("imaging.image")).isEqualTo("0");
        assertThat(count("imaging.dataset")).isEqualTo("0");
    }

    @Test
    void no_record_holds_an_image_a_patient_or_a_secret() throws Exception {
        folder.png("train/a/patient-Mueller.png", 10).png("train/b/patient-Meier.png", 20);
        store.add(FolderSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});
        node.audit.keyRotationAsked();
        node.audit.keyRotationAbandoned();
        node.audit.sign();

        List<String> secrets = new ArrayList<>(List.of("Mueller", "Meier", temporary.toString(), "PRIVATE"));
        secrets.addAll(database.column("SELECT patient_key FROM imaging.image"));
        secrets.addAll(database.column("SELECT sha256 FROM imaging.image"));
        secrets.addAll(database.column("SELECT content_sha256 FROM imaging.dataset_split"));
        byte[] secret = Files.readAllBytes(keys.resolve(Pseudonyms.FILE));
        secrets.add(HexFormat.of().formatHex(secret));
        secrets.add(Base64.getEncoder().encodeToString(secret));
        // The public half stands in the record of the key; of the file's private half no line may.
        String pem = Files.readString(keys.resolve(SiteKey.FILE));
        pem.substring(0, pem.indexOf("-----END PRIVATE KEY"))
                .lines()
                .filter(line -> !line.startsWith("-"))
                .forEach(secrets::add);
        String log = String.join("\n", database.column("SELECT line FROM imaging.audit_record"))
                + String.join("\n", database.column("SELECT note FROM imaging.audit_checkpoint"));

        assertThat(secrets)
                .hasSizeGreaterThan(10)
                .allSatisfy(one -> assertThat(log).doesNotContain(one));
        assertThat(log).contains("dataset.registered", "key.made", "key.rotation-asked", "key.rotation-abandoned");
    }

    private static String count(String table) throws SQLException {
        return database.column("SELECT count(*) FROM " + table).get(0);
    }
}
