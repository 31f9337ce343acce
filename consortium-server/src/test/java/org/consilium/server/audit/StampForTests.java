package org.consilium.server.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIFreeText;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.tsp.MessageImprint;
import org.bouncycastle.asn1.tsp.TSTInfo;
import org.bouncycastle.asn1.tsp.TimeStampResp;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampRequest;

/**
 * One answer of a time-stamping authority, of which every part can be made wrong: Bouncy Castle's own generator makes no
 * wrong ones.
 *
 * @param imprint SHA-256 that is stamped
 * @param nonce null for none
 * @param time what the authority's clock shows
 * @param by who signs
 * @param sent certificates that lie in the token
 * @param signature algorithm
 */
record StampForTests(
        byte[] imprint,
        BigInteger nonce,
        Instant time,
        CertificatesForTests.Identity by,
        List<X509CertificateHolder> sent,
        String signature) {

    private static final ASN1ObjectIdentifier POLICY = new ASN1ObjectIdentifier("1.3.6.1.4.1.55555.1");

    /** Returns the answer that the question deserves. */
    static StampForTests of(TimeStampRequest question, CertificatesForTests.Identity by) {
        return new StampForTests(
                question.getMessageImprintDigest(),
                question.getNonce(),
                Instant.now(),
                by,
                List.of(by.certificate()),
                "SHA256withECDSA");
    }

    StampForTests withImprint(byte[] other) {
        return new StampForTests(other, nonce, time, by, sent, signature);
    }

    StampForTests withNonce(BigInteger other) {
        return new StampForTests(imprint, other, time, by, sent, signature);
    }

    StampForTests withTime(Instant other) {
        return new StampForTests(imprint, nonce, other, by, sent, signature);
    }

    StampForTests withSent(X509CertificateHolder... others) {
        return new StampForTests(imprint, nonce, time, by, List.of(others), signature);
    }

    StampForTests withSignature(String other) {
        return new StampForTests(imprint, nonce, time, by, sent, other);
    }

    /** Returns a refusal. */
    static byte[] refusal(String words) {
        return encoded(new TimeStampResp(
                new PKIStatusInfo(
                        PKIStatus.rejection,
                        new PKIFreeText(words),
                        new PKIFailureInfo(PKIFailureInfo.unacceptedPolicy)),
                null));
    }

    /** Returns the answer, DER. */
    byte[] granted() {
        return answered(PKIStatus.granted);
    }

    /** Returns the answer with another status, DER. */
    byte[] answered(PKIStatus status) {
        try {
            TSTInfo info = new TSTInfo(
                    POLICY,
                    new MessageImprint(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256), imprint),
                    new ASN1Integer(1),
                    new ASN1GeneralizedTime(Date.from(time)),
                    null,
                    null,
                    nonce == null ? null : new ASN1Integer(nonce),
                    null,
                    null);
            byte[] certificate =
                    MessageDigest.getInstance("SHA-256").digest(by.certificate().getEncoded());
            Attribute mark = new Attribute(
                    PKCSObjectIdentifiers.id_aa_signingCertificateV2,
                    new DERSet(new SigningCertificateV2(new ESSCertIDv2(certificate))));
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(
                    new SignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                            .setSignedAttributeGenerator(
                                    parameters -> new DefaultSignedAttributeTableGenerator(new AttributeTable(mark))
                                            .getAttributes(parameters)
                                            .remove(PKCSObjectIdentifiers.pkcs_9_at_signingTime))
                            .build(
                                    new JcaContentSignerBuilder(signature)
                                            .build(by.keys().getPrivate()),
                                    by.certificate()));
            for (X509CertificateHolder one : new ArrayList<>(sent)) {
                generator.addCertificate(one);
            }
            var signed = generator.generate(
                    new CMSProcessableByteArray(PKCSObjectIdentifiers.id_ct_TSTInfo, info.getEncoded()), true);
            return encoded(new TimeStampResp(new PKIStatusInfo(status), signed.toASN1Structure()));
        } catch (GeneralSecurityException | OperatorCreationException | CMSException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] encoded(TimeStampResp response) {
        try {
            return response.getEncoded("DER");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
