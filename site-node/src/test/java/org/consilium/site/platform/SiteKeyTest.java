package org.consilium.site.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.consilium.contract.Es256Key;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteKeyTest {

    @TempDir
    Path temporary;

    private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        folder = temporary.resolve("site/keys");
        file = folder.resolve(SiteKey.FILE);
    }

    @Test
    void the_key_is_made_once_and_read_ever_after() throws IOException {
        SiteKey first = key();
        byte[] bytes = Files.readAllBytes(file);

        SiteKey second = key();

        assertThat(second.publicKey().jwks()).isEqualTo(first.publicKey().jwks());
        assertThat(second.kid()).isEqualTo(first.kid());
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("no draft is left behind").containsExactly(file);
        }
    }

    @Test
    void two_sites_have_different_keys() {
        SiteKey one = key();
        SiteKey other = new SiteKey(new KeyFolder(temporary.resolve("other")));

        assertThat(one.kid()).isNotEqualTo(other.kid());
    }

    @Test
    void only_the_nodes_own_user_reads_the_key() throws IOException {
        key();
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(permissions(folder)).isEqualTo("rwx------");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        key();
        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    @Test
    void anyone_verifies_a_signature_by_the_published_key() throws GeneralSecurityException {
        JsonObject claims = Json.createObjectBuilder().add("iss", "site-1").build();

        String token = key().sign(claims);

        JsonObject published = key().publicKey().jwks().getJsonArray("keys").getJsonObject(0);
        String[] parts = token.split("\\.");
        assertThat(parts).hasSize(3);
        JsonObject header = json(parts[0]);
        assertThat(header.getString("alg")).isEqualTo("ES256");
        assertThat(header.getString("kid")).isEqualTo(published.getString("kid"));
        assertThat(json(parts[1])).isEqualTo(claims);
        Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(publicKey(published));
        verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(verifier.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
    }

    @Test
    void the_published_key_holds_nothing_private() {
        JsonObject published = key().publicKey().jwks().getJsonArray("keys").getJsonObject(0);

        assertThat(published.keySet()).containsExactlyInAnyOrder("crv", "kty", "x", "y", "kid", "use", "alg");
        assertThat(published.getString("crv")).isEqualTo("P-256");
        assertThat(Base64.getUrlDecoder().decode(published.getString("x"))).hasSize(32);
        assertThat(Base64.getUrlDecoder().decode(published.getString("y"))).hasSize(32);
    }

    @Test
    void a_file_that_is_no_key_is_named_and_left_as_it_is() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(file, "my shopping list");

        assertRefused("no section");

        assertThat(file).hasContent("my shopping list");
    }

    @Test
    void a_truncated_key_is_refused() throws IOException {
        key();
        String pem = Files.readString(file);
        Files.writeString(file, pem.replaceFirst("(?s)KEY-----\n.{20}", "KEY-----\n"));

        assertRefused("");
    }

    @Test
    void a_private_and_a_public_key_that_do_not_belong_together_are_refused() throws Exception {
        write(
                pair("EC", "secp256r1").getPrivate().getEncoded(),
                pair("EC", "secp256r1").getPublic().getEncoded());

        assertRefused("do not belong together");
    }

    @Test
    void a_key_of_another_kind_is_refused() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        KeyPair pair = rsa.generateKeyPair();
        write(pair.getPrivate().getEncoded(), pair.getPublic().getEncoded());

        assertRefused("");
    }

    @Test
    void a_key_on_another_curve_is_refused() throws Exception {
        KeyPair pair = pair("EC", "secp384r1");
        write(pair.getPrivate().getEncoded(), pair.getPublic().getEncoded());

        assertRefused("another curve");
    }

    @Test
    void a_folder_that_is_there_keeps_its_permissions_since_others_may_need_it() throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

        key();

        assertThat(permissions(folder)).isEqualTo("rwxr-xr-x");
        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    @Test
    void a_folder_in_which_others_may_write_is_refused_and_not_changed() throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(this::key)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("consilium.site.key.dir");

        assertThat(permissions(folder)).isEqualTo("rwxrwxrwx");
        assertThat(file).doesNotExist();
    }

    @Test
    void a_file_that_cannot_be_read_is_named_with_the_setting() throws IOException {
        Files.createDirectories(file);

        assertThatThrownBy(this::key)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("consilium.site.key.dir");
    }

    @Test
    void a_folder_that_cannot_be_made_is_named_with_the_setting() throws IOException {
        Files.writeString(temporary.resolve("site"), "a file where a folder should be");

        assertThatThrownBy(this::key)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("consilium.site.key.dir");
    }

    @Test
    void a_change_of_the_key_is_three_steps_and_each_is_kept() throws IOException {
        SiteKey key = key();
        String old = key.kid();
        assertStands(key, SiteKey.State.SETTLED, old, null);

        key.prepare();
        String next = key.next().orElseThrow().kid();
        assertThat(next).isNotEqualTo(old);
        assertStands(key, SiteKey.State.OFFERING, old, next);
        assertThat(permissions(folder.resolve(SiteKey.NEXT_FILE))).isEqualTo("rw-------");
        key.prepare();
        assertStands(key, SiteKey.State.OFFERING, old, next);

        key.promote();
        assertStands(key, SiteKey.State.CONFIRMING, next, null);
        assertThat(permissions(file)).isEqualTo("rw-------");
        key.prepare();
        key.promote();
        assertStands(key, SiteKey.State.CONFIRMING, next, null);

        key.settle();
        assertStands(key, SiteKey.State.SETTLED, next, null);
        key.promote();
        key.settle();
        assertStands(key, SiteKey.State.SETTLED, next, null);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("neither a draft nor the old key is left").containsExactly(file);
        }
    }

    @Test
    void until_the_new_key_is_confirmed_the_old_one_is_kept_and_signs() throws IOException {
        SiteKey key = key();
        Es256Key old = key.publicKey();
        JsonObject claims = Json.createObjectBuilder().add("iss", "site-1").build();
        key.prepare();
        assertThat(key.hasOld()).isFalse();
        assertThatThrownBy(() -> key.signOld(claims)).hasMessageContaining("not there any more");
        key.promote();
        for (SiteKey one : List.of(key, key())) {
            assertThat(one.hasOld()).isTrue();
            assertThat(old.verified(one.signOld(claims))).isEqualTo(claims);
        }
        assertThat(permissions(folder.resolve(SiteKey.OLD_FILE))).isEqualTo("rw-------");
        key.settle();
        assertThat(key.hasOld()).isFalse();
        assertThat(key().hasOld()).isFalse();
    }

    @Test
    void a_change_that_is_abandoned_leaves_the_present_key_and_no_other_file() throws IOException {
        SiteKey key = key();
        JsonObject claims = Json.createObjectBuilder().add("iss", "site-1").build();
        key.abandon();
        assertStands(key, SiteKey.State.SETTLED, key.kid(), null);
        key.prepare();
        Es256Key next = key.next().orElseThrow();

        key.abandon();

        assertStands(key, SiteKey.State.WITHDRAWING, key.kid(), null);
        key.promote();
        key.prepare();
        key.settle();
        assertStands(key, SiteKey.State.WITHDRAWING, key.kid(), null);
        assertThat(key().withdrawn()).contains(next);
        assertThat(next.verified(key().signWithdrawn(claims))).isEqualTo(claims);
        key.forget();
        assertStands(key, SiteKey.State.SETTLED, key.kid(), null);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        assertThatThrownBy(() -> key.signWithdrawn(claims)).hasMessageContaining("abandoned no change");
    }

    @Test
    void a_key_that_is_in_use_is_not_abandoned() {
        SiteKey key = key();
        key.prepare();
        key.promote();
        key.abandon();
        assertStands(key, SiteKey.State.CONFIRMING, key.kid(), null);
    }

    @Test
    void a_step_that_is_not_due_changes_nothing() {
        SiteKey key = key();
        key.prepare();
        String next = key.next().orElseThrow().kid();
        key.settle();
        assertStands(key, SiteKey.State.OFFERING, key.kid(), next);
    }

    @Test
    void each_of_the_two_keys_signs_for_itself() {
        SiteKey key = key();
        JsonObject claims = Json.createObjectBuilder().add("iss", "site-1").build();
        assertThatThrownBy(() -> key.signNext(claims)).hasMessageContaining("not changing");
        key.prepare();
        assertThat(key.publicKey().verified(key.sign(claims))).isEqualTo(claims);
        assertThat(key.next().orElseThrow().verified(key.signNext(claims))).isEqualTo(claims);
    }

    @Test
    void a_draft_that_a_crash_left_is_no_key() throws IOException {
        SiteKey key = key();
        Files.writeString(folder.resolve(SiteKey.NEXT_FILE + "123.new"), "half a k");
        Files.writeString(folder.resolve(SiteKey.FILE + "123.new"), "half a k");
        assertStands(key, SiteKey.State.SETTLED, key.kid(), null);
    }

    @Test
    void a_next_key_whose_present_one_was_taken_away_is_dropped_with_it() throws IOException {
        SiteKey key = key();
        key.prepare();
        Files.delete(file);

        SiteKey fresh = key();

        assertThat(fresh.kid()).isNotEqualTo(key.kid());
        assertStands(fresh, SiteKey.State.SETTLED, fresh.kid(), null);
    }

    @Test
    void a_next_key_that_is_none_is_named_and_left_as_it_is() throws IOException {
        key();
        Path next = folder.resolve(SiteKey.NEXT_FILE);
        Files.writeString(next, "my shopping list");

        assertThatThrownBy(this::key)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(next.toString())
                .hasMessageContaining("move it away and start again");

        assertThat(next).hasContent("my shopping list");
    }

    @Test
    void a_next_key_that_cannot_be_kept_leaves_the_present_one_in_use() throws IOException {
        SiteKey key = key();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(key::prepare)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("consilium.site.key.dir");

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertStands(key, SiteKey.State.SETTLED, key.kid(), null);
    }

    /** As the node sees it, and as it would see it after a crash at this moment. */
    private void assertStands(SiteKey running, SiteKey.State state, String kid, String next) {
        for (SiteKey key : new SiteKey[] {running, key()}) {
            assertThat(key.state()).isEqualTo(state);
            assertThat(key.kid()).isEqualTo(kid);
            assertThat(key.next().map(Es256Key::kid).orElse(null)).isEqualTo(next);
        }
    }

    private SiteKey key() {
        return new SiteKey(new KeyFolder(folder));
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(this::key)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(reason)
                .hasMessageContaining("backup");
    }

    private void write(byte[] privateKey, byte[] publicKey) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(file, pem("PRIVATE KEY", privateKey) + pem("PUBLIC KEY", publicKey));
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + kind
                + "-----\n";
    }

    private static KeyPair pair(String algorithm, String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static PublicKey publicKey(JsonObject jwk) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(coordinate(jwk, "x"), coordinate(jwk, "y"));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
    }

    private static BigInteger coordinate(JsonObject jwk, String name) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(jwk.getString(name)));
    }

    private static JsonObject json(String part) {
        return Responses.object(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
