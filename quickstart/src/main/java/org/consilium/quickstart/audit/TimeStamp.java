package org.consilium.quickstart.audit;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Store;
import org.consilium.contract.Sha256;

/**
 * A time stamp (RFC 3161): an authority says that it has seen a digest at a time. Whether the authority is to be trusted is
 * not said here: its certificate is in the token, and whoever reads the report compares it.
 *
 * @param at when the authority has seen it
 * @param authority the subject of its certificate
 * @param certificate SHA-256 of the certificate
 */
record TimeStamp(Instant at, String authority, Sha256 certificate) {

    /**
     * Reads a token and checks its signature, by the certificate in it.
     *
     * @param token DER
     * @param text what it must be about
     * @throws IllegalArgumentException if it is none, is not about this text, or is not signed by its certificate
     */
    static TimeStamp verified(byte[] token, byte[] text) {
        try {
            CMSSignedData signed = new CMSSignedData(token);
            TimeStampToken stamp = new TimeStampToken(signed);
            boolean isAbout = stamp.getTimeStampInfo().getMessageImprintAlgOID().equals(NISTObjectIdentifiers.id_sha256)
                    && Arrays.equals(
                            stamp.getTimeStampInfo().getMessageImprintDigest(),
                            Sha256.of(text).bytes());
            if (!isAbout) {
                throw new IllegalArgumentException("the time stamp is about something else than this checkpoint");
            }
            X509CertificateHolder certificate = certificate(stamp);
            // Checks the certificate's times and its purpose as well, and that the token names just this one.
            stamp.validate(new JcaSimpleSignerInfoVerifierBuilder().build(certificate));
            return new TimeStamp(
                    stamp.getTimeStampInfo().getGenTime().toInstant(),
                    certificate.getSubject().toString(),
                    Sha256.of(certificate.getEncoded()));
        } catch (CMSException
                | TSPException
                | IOException
                | OperatorCreationException
                | java.security.cert.CertificateException e) {
            throw new IllegalArgumentException("the time stamp is not valid: " + e.getMessage(), e);
        } catch (ClassCastException | IllegalStateException | NullPointerException e) {
            // Bouncy Castle on some damaged structures.
            throw new IllegalArgumentException("the time stamp is not readable", e);
        }
    }

    private static X509CertificateHolder certificate(TimeStampToken stamp) {
        Store<X509CertificateHolder> store = stamp.getCertificates();
        @SuppressWarnings("unchecked") // The signer's id is a selector of certificates.
        Collection<X509CertificateHolder> matching = store.getMatches(stamp.getSID());
        return matching.stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the time stamp has no certificate of its signer"));
    }
}
