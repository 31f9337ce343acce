package org.consilium.server.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes the certificates of a time-stamping authority, good ones and bad ones. */
final class CertificatesForTests {

    private static final Duration LIFE = Duration.ofDays(30);

    /**
     * A certificate and its key.
     *
     * @param certificate who it is
     * @param keys its key
     */
    record Identity(X509CertificateHolder certificate, KeyPair keys) {

        /** Returns the certificate as PEM. */
        byte[] pem() {
            try {
                return ("-----BEGIN CERTIFICATE-----\n"
                                + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                                + "\n-----END CERTIFICATE-----\n")
                        .getBytes(StandardCharsets.US_ASCII);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private CertificatesForTests() {}

    /** Returns a root. */
    static Identity root(String name) {
        return make(name, null, true, false, Instant.now().plus(LIFE));
    }

    /** Returns an authority between the root and others. */
    static Identity intermediate(String name, Identity issuer) {
        return make(name, issuer, true, false, Instant.now().plus(LIFE));
    }

    /** Returns one that may stamp times, and nothing else. */
    static Identity stamping(Identity issuer) {
        return stamping(issuer, Instant.now().plus(LIFE));
    }

    /** Returns one that may stamp times until then. */
    static Identity stamping(Identity issuer, Instant end) {
        return make("Time stamps", issuer, false, true, end, KeyPurposeId.id_kp_timeStamping);
    }

    /** Returns one for other purposes. */
    static Identity purposes(Identity issuer, boolean critical, KeyPurposeId... purposes) {
        return make("Other", issuer, false, critical, Instant.now().plus(LIFE), purposes);
    }

    private static Identity make(
            String name, Identity issuer, boolean authority, boolean critical, Instant end, KeyPurposeId... purposes) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair keys = generator.generateKeyPair();
            X500Name subject = new X500Name("O=Test,CN=" + name);
            Identity by = issuer == null ? new Identity(null, keys) : issuer;
            var builder = new JcaX509v3CertificateBuilder(
                    issuer == null ? subject : issuer.certificate().getSubject(),
                    BigInteger.valueOf(System.nanoTime()),
                    Date.from(end.minus(LIFE.multipliedBy(2))),
                    Date.from(end),
                    subject,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (purposes.length > 0) {
                builder.addExtension(Extension.extendedKeyUsage, critical, new ExtendedKeyUsage(purposes));
            }
            return new Identity(
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                            .build(by.keys().getPrivate())),
                    keys);
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
