package org.consilium.quickstart.platform;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The authority of one state folder: an EC P-256 key which signs the certificates of this machine's servers and nothing
 * else. BouncyCastle builds the certificates, because the JDK has no public API for that; keys and signatures are the
 * JDK's.
 */
final class CertificateAuthority {

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration SERVER_LIFE = Duration.ofDays(397);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);
    private static final String SUBJECT = "CN=Consilium demo authority, O=Consilium";

    private final Path folder;
    private final Secrets secrets;
    private final Clock clock;
    private final PrivateKey key;
    private final X509Certificate certificate;

    /**
     * A server's key and certificate in the two forms that the parts read.
     *
     * @param certificate PEM: the certificate, then the authority's
     * @param key PEM, PKCS 8, not encrypted (the servers start unattended), mode 0600
     * @param keystore PKCS 12 with both under the alias {@code server}
     * @param password of the keystore
     */
    record ServerCertificate(Path certificate, Path key, Path keystore, String password) {}

    /** Opens the authority in a folder, making it when it is not there or about to expire. */
    CertificateAuthority(Path folder, Secrets secrets, Clock clock) {
        this.folder = folder;
        this.secrets = secrets;
        this.clock = clock;
        Path keyFile = folder.resolve("ca.key");
        Path certificateFile = certificatePem();
        try {
            if (!Files.exists(keyFile) || !Files.exists(certificateFile) || expires(read(certificateFile))) {
                KeyPair pair = newKey();
                X509Certificate made = sign(
                        pair,
                        new X500Principal(SUBJECT),
                        pair.getPrivate(),
                        new X500Principal(SUBJECT),
                        AUTHORITY_LIFE,
                        true);
                PrivateFiles.write(
                        keyFile, Pem.text("PRIVATE KEY", pair.getPrivate().getEncoded()));
                PrivateFiles.write(certificateFile, Pem.text("CERTIFICATE", made.getEncoded()));
            }
            this.key = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Pem.bytes(keyFile, "PRIVATE KEY")));
            this.certificate = read(certificateFile);
            PrivateFiles.write(truststore(), store("ca", null, truststorePassword(), certificate));
        } catch (GeneralSecurityException e) {
            throw PrivateFiles.cannot("use the certificate authority in", folder, e);
        }
    }

    /** Returns the file with the authority's certificate, PEM. */
    Path certificatePem() {
        return folder.resolve("ca.pem");
    }

    /** Returns the PKCS 12 truststore with the authority's certificate and nothing else. */
    Path truststore() {
        return folder.resolve("truststore.p12");
    }

    /** Returns the password of {@link #truststore()}. */
    String truststorePassword() {
        return secrets.get("truststore");
    }

    /** Returns a context for clients that trusts this authority and nothing else. */
    SSLContext clientContext() {
        return trusting(certificatePem());
    }

    /** Returns a context for clients that trusts the certificates of a PEM file and nothing else. */
    static SSLContext trusting(Path pem) {
        try (InputStream file = Files.newInputStream(pem)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                trusted.setCertificateEntry("ca-" + trusted.size(), one);
            }
            if (trusted.size() == 0) {
                throw new GeneralSecurityException("it has no certificate");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw PrivateFiles.cannot("trust", pem, e);
        }
    }

    /** Returns the certificate of a server on this machine (localhost, 127.0.0.1, ::1), made when there is none that will do. */
    ServerCertificate server(String name) {
        String password = secrets.get(name + ".keystore");
        ServerCertificate files = new ServerCertificate(
                folder.resolve(name + ".pem"), folder.resolve(name + ".key"), folder.resolve(name + ".p12"), password);
        try {
            if (!usable(files)) {
                KeyPair pair = newKey();
                X509Certificate made = sign(
                        pair,
                        new X500Principal("CN=" + name + ", O=Consilium demo"),
                        key,
                        certificate.getSubjectX500Principal(),
                        SERVER_LIFE,
                        false);
                PrivateFiles.write(
                        files.key(), Pem.text("PRIVATE KEY", pair.getPrivate().getEncoded()));
                PrivateFiles.write(files.keystore(), store("server", pair.getPrivate(), password, made, certificate));
                // Last, because usable() looks here: a half written set is made again.
                PrivateFiles.write(
                        files.certificate(),
                        Pem.text("CERTIFICATE", made.getEncoded()) + Pem.text("CERTIFICATE", certificate.getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw PrivateFiles.cannot("make the certificate", files.certificate(), e);
        }
        return files;
    }

    private boolean usable(ServerCertificate files) throws GeneralSecurityException {
        if (!Files.exists(files.certificate()) || !Files.exists(files.key()) || !Files.exists(files.keystore())) {
            return false;
        }
        X509Certificate server = read(files.certificate());
        try {
            server.verify(certificate.getPublicKey());
        } catch (GeneralSecurityException anotherAuthority) {
            return false;
        }
        return !expires(server);
    }

    private boolean expires(X509Certificate known) {
        return known.getNotAfter().toInstant().isBefore(clock.instant().plus(RENEW_BEFORE));
    }

    private X509Certificate sign(
            KeyPair subjectKey,
            X500Principal subject,
            PrivateKey issuerKey,
            X500Principal issuer,
            Duration life,
            boolean authority)
            throws GeneralSecurityException {
        Instant now = clock.instant();
        var builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(127, new SecureRandom()),
                // An hour back, for clocks that are a little behind.
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(life)),
                subject,
                subjectKey.getPublic());
        try {
            var identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    identifiers.createSubjectKeyIdentifier(subjectKey.getPublic()));
            if (!authority) {
                builder.addExtension(
                        Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(certificate));
            }
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    authority ? new BasicConstraints(0) : new BasicConstraints(false));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
            if (!authority) {
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                    new GeneralName(GeneralName.dNSName, "localhost"),
                    new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                    new GeneralName(GeneralName.iPAddress, "::1")
                }));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey)));
        } catch (CertIOException | OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static byte[] store(String alias, PrivateKey key, String password, X509Certificate... chain)
            throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        var bytes = new ByteArrayOutputStream();
        try {
            store.load(null, null);
            if (key == null) {
                store.setCertificateEntry(alias, chain[0]);
            } else {
                store.setKeyEntry(alias, key, password.toCharArray(), chain);
            }
            store.store(bytes, password.toCharArray());
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return bytes.toByteArray();
    }

    /** The first certificate of a PEM file. */
    private static X509Certificate read(Path pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(PrivateFiles.read(pem).getBytes(StandardCharsets.US_ASCII)));
    }
}
