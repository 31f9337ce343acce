package org.consilium.server.audit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampToken;
import org.consilium.contract.Sha256;

/**
 * The certificates by which time stamps are believed, and what a token has to fulfil (RFC 3161, section 2.4.2): it is over
 * the text, it is signed by a certificate that lies in it, is for time stamps alone (critical EKU) and was valid then, and
 * that certificate comes from one of these. All is judged at the token's own time, so that it can be judged again in
 * years, without a network. Revocation is not asked for. Bouncy Castle reads, the JDK's own providers compute.
 */
final class TimeStampTrust {

    /** What may be hashed by who signs: nothing for which collisions can be made. */
    private static final Set<ASN1ObjectIdentifier> DIGESTS =
            Set.of(NISTObjectIdentifiers.id_sha256, NISTObjectIdentifiers.id_sha384, NISTObjectIdentifiers.id_sha512);

    private final Set<X509Certificate> trusted;

    private TimeStampTrust(Set<X509Certificate> trusted) {
        this.trusted = trusted;
    }

    /**
     * Reads the certificates to trust.
     *
     * @param pem one or more certificates; of an authority, or the time-stamping certificate itself
     * @throws IllegalArgumentException if it has none, or something that is none
     */
    static TimeStampTrust fromPem(byte[] pem) {
        try {
            Set<X509Certificate> trusted =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .collect(Collectors.toUnmodifiableSet());
            if (trusted.isEmpty()) {
                throw new IllegalArgumentException("has no certificate");
            }
            return new TimeStampTrust(trusted);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("has something that is no certificate: " + e.getMessage(), e);
        }
    }

    /**
     * Checks a token.
     *
     * @param der the token
     * @param text what it is to be over
     * @return the time that it says
     * @throws TimeStampException if it is no token, not over that text, or not to be trusted
     */
    Instant verify(byte[] der, String text) throws TimeStampException {
        try {
            return verified(new TimeStampToken(new CMSSignedData(der)), text);
        } catch (CMSException | TSPException | IOException | RuntimeException e) {
            // Malformed ASN.1 is refused by whichever exception comes first, some of it only when it is looked at.
            throw new TimeStampException(
                    "The token is not readable as RFC 3161 has it: " + e.getMessage(),
                    "Ask the authority's operator, or use another authority",
                    e);
        }
    }

    private Instant verified(TimeStampToken token, String text) throws TimeStampException {
        requireImprint(token, Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
        X509CertificateHolder holder = signer(token);
        Date time = token.getTimeStampInfo().getGenTime();
        try {
            X509Certificate signer = new JcaX509CertificateConverter().getCertificate(holder);
            token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(signer));
            requireTrusted(signer, token, time);
        } catch (TSPException | OperatorCreationException e) {
            throw new TimeStampException(
                    "The token's signature by '" + holder.getSubject() + "' does not hold: " + e.getMessage(),
                    "Ask the authority's operator about its certificate, or use another authority",
                    e);
        } catch (GeneralSecurityException e) {
            throw new TimeStampException(
                    "The token's certificate '" + holder.getSubject() + "', issued by '" + holder.getIssuer()
                            + "', comes from none of the trusted ones: " + e.getMessage(),
                    "Check whose it is, and put its root into the file that " + TimeStampSettings.CA + " names",
                    e);
        }
        return time.toInstant();
    }

    private static void requireImprint(TimeStampToken token, Sha256 expected) throws TimeStampException {
        var info = token.getTimeStampInfo();
        if (!NISTObjectIdentifiers.id_sha256.equals(info.getMessageImprintAlgOID())
                || !Arrays.equals(expected.bytes(), info.getMessageImprintDigest())) {
            throw new TimeStampException(
                    "The token is over another text than this checkpoint", "Ask the authority's operator");
        }
    }

    private static X509CertificateHolder signer(TimeStampToken token) throws TimeStampException {
        SignerInformation by =
                token.toCMSSignedData().getSignerInfos().getSigners().iterator().next();
        if (!DIGESTS.contains(by.getDigestAlgorithmID().getAlgorithm())) {
            throw new TimeStampException(
                    "The token is signed with the digest " + by.getDigestAlgOID() + ", which is weak or unknown",
                    "Have the authority sign with SHA-256, SHA-384 or SHA-512, or use another authority");
        }
        return token.getCertificates().getMatches(null).stream()
                .filter(token.getSID()::match)
                .findFirst()
                .orElseThrow(() -> new TimeStampException(
                        "The token does not have the certificate that it is signed by",
                        "Have the authority send it when it is asked to (certReq), or use another authority"));
    }

    private void requireTrusted(X509Certificate signer, TimeStampToken token, Date time)
            throws GeneralSecurityException {
        if (trusted.contains(signer)) {
            return;
        }
        List<X509Certificate> between = new ArrayList<>();
        for (X509CertificateHolder one : token.getCertificates().getMatches(null)) {
            between.add(new JcaX509CertificateConverter().getCertificate(one));
        }
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(signer);
        PKIXBuilderParameters path = new PKIXBuilderParameters(
                trusted.stream().map(one -> new TrustAnchor(one, null)).collect(Collectors.toSet()), target);
        path.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(between)));
        path.setDate(time);
        path.setRevocationEnabled(false);
        CertPathBuilder.getInstance("PKIX").build(path);
    }
}
