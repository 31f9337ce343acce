package org.consilium.quickstart.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.quickstart.audit.sample.SampleFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Time stamps of an authority that the test is itself. */
class TimeStampTest {

    private static final byte[] TEXT = "a checkpoint\n".getBytes(StandardCharsets.UTF_8);
    private static final Instant AT = Instant.parse("2026-11-26T11:00:00Z");

    private static KeyPair key;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        key = generator.generateKeyPair();
    }

    @Test
    void a_token_says_when_by_whom_and_about_what() throws Exception {
        TimeStamp stamp = TimeStamp.verified(token(TEXT, AT), TEXT);

        assertThat(stamp.at()).isEqualTo(AT);
        assertThat(stamp.authority()).isEqualTo("CN=A stamping authority");
    }

    @Test
    void a_token_about_something_else_is_refused() throws Exception {
        byte[] token = token(TEXT, AT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TimeStamp.verified(token, new byte[] {1}))
                .withMessageContaining("something else");
    }

    @Test
    void a_token_of_a_certificate_that_was_not_valid_then_is_refused() throws Exception {
        byte[] token = tokenOf(certificate(AT.plusSeconds(60)), AT, TEXT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TimeStamp.verified(token, TEXT))
                .withMessageContaining("not valid");
    }

    @Test
    void a_token_with_a_changed_byte_is_refused_or_says_the_same() throws Exception {
        byte[] token = token(TEXT, AT);
        int refused = 0;
        for (int i = 0; i < token.length; i++) {
            byte[] changed = token.clone();
            changed[i] ^= 0x15;
            try {
                // Some bytes, such as those of the certificate's own signature, say nothing of the token.
                assertThat(TimeStamp.verified(changed, TEXT).at())
                        .as("byte %d", i)
                        .isEqualTo(AT);
            } catch (IllegalArgumentException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(token.length / 2);
    }

    @Test
    void what_is_no_token_is_refused() {
        for (byte[] bytes : new byte[][] {{}, {0}, {0x30, 0}, TEXT}) {
            assertThatIllegalArgumentException().isThrownBy(() -> TimeStamp.verified(bytes, TEXT));
        }
    }

    @Test
    void the_stamps_of_a_bundle_are_checked() throws Exception {
        SampleBundle sample = SampleBundle.small();
        Instant last = sample.moments.get(4).at();
        Verification shown = verify(sample, last.plusSeconds(60), true);
        assertThat(shown.findings()).isEmpty();
        assertThat(shown.checked()).containsEntry("timestamps", 1L);
        assertThat(shown.authorities()).singleElement().asString().startsWith("CN=A stamping authority, certificate");

        assertThat(verify(sample, last.minusSeconds(3_600), true).counts()).containsOnlyKeys("timestamp-time");
        assertThat(verify(sample, last, false).counts()).containsOnlyKeys("timestamp");
    }

    /** Stamps the last checkpoint, or something else in its place. */
    private Verification verify(SampleBundle sample, Instant at, boolean isAbout) throws Exception {
        TreeMap<String, byte[]> files = sample.files();
        List<String> lines = new String(files.get(BundleFormat.CHECKPOINTS), StandardCharsets.UTF_8)
                .lines()
                .collect(Collectors.toCollection(java.util.ArrayList::new));
        byte[] about = isAbout ? SampleBundle.last(files).text().getBytes(StandardCharsets.UTF_8) : TEXT;
        String stamp = Base64.getEncoder().encodeToString(token(about, at));
        lines.set(
                4,
                Json.createObjectBuilder(object(lines.get(4)))
                        .add("timestamp", stamp)
                        .build()
                        .toString());
        files.put(BundleFormat.CHECKPOINTS, SampleFiles.bytes(String.join("\n", lines) + "\n"));
        Path zip = folder.resolve("bundle.zip");
        Files.write(zip, SampleBundle.zip(sample.signed(files, sample.study.owner())));
        return new Verifier(zip, Optional.empty(), List.of()).run();
    }

    private static JsonObject object(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }

    private static byte[] token(byte[] about, Instant at) throws Exception {
        return tokenOf(certificate(at.minusSeconds(86_400)), at, about);
    }

    private static byte[] tokenOf(X509CertificateHolder certificate, Instant at, byte[] about) throws Exception {
        TimeStampRequestGenerator asking = new TimeStampRequestGenerator();
        asking.setCertReq(true);
        TimeStampRequest request =
                asking.generate(TSPAlgorithms.SHA256, Sha256.of(about).bytes());
        TimeStampTokenGenerator generator = new TimeStampTokenGenerator(
                new JcaSimpleSignerInfoGeneratorBuilder()
                        .build(
                                "SHA256withRSA",
                                key.getPrivate(),
                                new JcaX509CertificateConverter().getCertificate(certificate)),
                new JcaDigestCalculatorProviderBuilder()
                        .build()
                        .get(new org.bouncycastle.asn1.x509.AlgorithmIdentifier(TSPAlgorithms.SHA256)),
                new ASN1ObjectIdentifier("1.2.3.4"));
        generator.addCertificates(
                new JcaCertStore(List.of(new JcaX509CertificateConverter().getCertificate(certificate))));
        return generator.generate(request, BigInteger.ONE, Date.from(at)).getEncoded();
    }

    private static X509CertificateHolder certificate(Instant from) throws Exception {
        X500Name name = new X500Name("CN=A stamping authority");
        return new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.TEN,
                        Date.from(from),
                        Date.from(from.plusSeconds(864_000)),
                        name,
                        key.getPublic())
                .addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping))
                .build(new JcaContentSignerBuilder("SHA256withRSA").build(key.getPrivate()));
    }
}
