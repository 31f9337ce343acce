package org.consilium.site.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.consilium.contract.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PseudonymsTest {

    @TempDir
    Path folder;

    @Test
    void a_patient_has_the_same_pseudonym_after_a_restart_and_patients_differ() {
        Pseudonyms before = new Pseudonyms(new KeyFolder(folder));
        Pseudonyms after = new Pseudonyms(new KeyFolder(folder));

        assertThat(after.of("patient 17")).isEqualTo(before.of("patient 17")).matches("[0-9a-f]{64}");
        assertThat(after.of("patient 18")).isNotEqualTo(before.of("patient 17"));
    }

    @Test
    void two_sites_give_one_patient_unlike_pseudonyms_so_that_nobody_joins_them() {
        Pseudonyms one = new Pseudonyms(new KeyFolder(folder.resolve("one")));
        Pseudonyms other = new Pseudonyms(new KeyFolder(folder.resolve("other")));

        assertThat(one.of("patient 17")).isNotEqualTo(other.of("patient 17"));
    }

    @Test
    void the_pseudonym_is_keyed_so_that_trying_all_names_does_not_find_it()
            throws GeneralSecurityException, IOException {
        String pseudonym = new Pseudonyms(new KeyFolder(folder)).of("patient 17");

        byte[] name = "patient 17".getBytes(StandardCharsets.UTF_8);
        assertThat(pseudonym).isNotEqualTo(Sha256.of(name).hex());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Files.readAllBytes(folder.resolve(Pseudonyms.FILE)), "HmacSHA256"));
        assertThat(pseudonym).isEqualTo(HexFormat.of().formatHex(mac.doFinal(name)));
    }

    @Test
    void a_damaged_secret_is_named_instead_of_giving_patients_new_pseudonyms() throws IOException {
        Path file = folder.resolve(Pseudonyms.FILE);
        Files.write(file, new byte[31]);

        assertThatThrownBy(() -> new Pseudonyms(new KeyFolder(folder)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("backup");
    }
}
