package org.consilium.contract;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.util.Base64;
import java.util.Objects;

/**
 * The public half of a key for ES256 (RFC 7518, section 3.4): a point of the curve P-256, written as a JSON Web Key
 * (RFC 7517). Sites prove with such keys who they are.
 */
public final class Es256Key {

    /** The JDK's name for the signature of fixed length that JSON Web Signatures have. */
    static final String SIGNATURE = "SHA256withECDSAinP1363Format";

    private static final int COORDINATE_BYTES = 32;
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
    private static final ECParameterSpec CURVE = curve();

    private final ECPoint point;

    private Es256Key(ECPoint point) {
        requireOnCurve(point);
        this.point = point;
    }

    /**
     * Returns the key of the JDK's form.
     *
     * @throws IllegalArgumentException if it is on another curve
     */
    public static Es256Key of(ECPublicKey key) {
        if (!key.getParams().getCurve().equals(CURVE.getCurve())) {
            throw new IllegalArgumentException("the key is on another curve than P-256, " + key.getParams());
        }
        return new Es256Key(key.getW());
    }

    /**
     * Reads a JSON Web Key.
     *
     * @param jwk with {@code kty}, {@code crv}, {@code x} and {@code y}; of the rest nothing is read
     * @throws IllegalArgumentException if it is no public key of P-256, or has a private part, naming the member
     */
    public static Es256Key fromJwk(JsonObject jwk) {
        if (jwk.containsKey("d")) {
            throw new IllegalArgumentException(
                    "'d' is the private half of a key, which must never leave its owner; make a new key pair");
        }
        if (!Messages.text(jwk, "kty").equals("EC")
                || !Messages.text(jwk, "crv").equals("P-256")) {
            throw new IllegalArgumentException("'kty' must be EC and 'crv' must be P-256");
        }
        return new Es256Key(new ECPoint(coordinate(jwk, "x"), coordinate(jwk, "y")));
    }

    /** Returns the key's id, its thumbprint (RFC 7638): 43 characters of base64url, the same for the same key only. */
    public String kid() {
        // The members that define the key, in the order of their names.
        byte[] defining = required().toString().getBytes(StandardCharsets.UTF_8);
        return URL.encodeToString(Sha256.of(defining).bytes());
    }

    /** Returns the key as a JSON Web Key for signatures. */
    public JsonObject jwk() {
        return Json.createObjectBuilder(required())
                .add("kid", kid())
                .add("use", "sig")
                .add("alg", "ES256")
                .build();
    }

    /** Returns a set of this key alone. */
    public JsonObject jwks() {
        return Json.createObjectBuilder()
                .add("keys", Json.createArrayBuilder().add(jwk()))
                .build();
    }

    /**
     * Returns the claims of a JSON Web Token that this key signed.
     *
     * @param token compact form (RFC 7515, section 7.1)
     * @throws IllegalArgumentException if it is no such token, or another key signed it
     */
    public JsonObject verified(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a signed token has three parts with points between them");
        }
        if (!Messages.text(decoded(parts[0]), "alg").equals("ES256")) {
            throw new IllegalArgumentException("the token must be signed with ES256");
        }
        byte[] content = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
        if (!isSigned(content, bytes(parts[2]))) {
            throw new IllegalArgumentException("the token was not signed by the key that goes with it");
        }
        return decoded(parts[1]);
    }

    /** Returns the key in the JDK's form. */
    public PublicKey publicKey() {
        try {
            return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, CURVE));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform takes no P-256 keys", e);
        }
    }

    /** Returns whether the other half signed this. */
    boolean isSigned(byte[] content, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(SIGNATURE);
            verifier.initVerify(publicKey());
            verifier.update(content);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private JsonObject required() {
        return Json.createObjectBuilder()
                .add("crv", "P-256")
                .add("kty", "EC")
                .add("x", coordinate(point.getAffineX()))
                .add("y", coordinate(point.getAffineY()))
                .build();
    }

    private static JsonObject decoded(String part) {
        try (JsonReader json = Json.createReader(new StringReader(new String(bytes(part), StandardCharsets.UTF_8)))) {
            return json.readObject();
        } catch (JsonException e) {
            throw new IllegalArgumentException("a part of the token is not JSON", e);
        }
    }

    private static byte[] bytes(String base64url) {
        try {
            return Base64.getUrlDecoder().decode(base64url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a part of the token is not base64url", e);
        }
    }

    private static BigInteger coordinate(JsonObject jwk, String member) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(Messages.text(jwk, member));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + member + "' must be base64url: " + e.getMessage(), e);
        }
        if (bytes.length != COORDINATE_BYTES) {
            throw new IllegalArgumentException("'" + member + "' must have 32 bytes, not " + bytes.length);
        }
        return new BigInteger(1, bytes);
    }

    private static String coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[COORDINATE_BYTES];
        int length = Math.min(COORDINATE_BYTES, bytes.length);
        System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE_BYTES - length, length);
        return URL.encodeToString(fixed);
    }

    /** y^2 = x^3 + a x + b; a point beside the curve is no key, and the JDK takes it without a word. */
    private static void requireOnCurve(ECPoint point) {
        EllipticCurve curve = CURVE.getCurve();
        BigInteger prime = ((ECFieldFp) curve.getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        BigInteger right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB());
        if (x.compareTo(prime) >= 0
                || y.compareTo(prime) >= 0
                || y.multiply(y).subtract(right).mod(prime).signum() != 0) {
            throw new IllegalArgumentException("'x' and 'y' are no point of the curve P-256");
        }
    }

    private static ECParameterSpec curve() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no curve P-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Es256Key key && point.equals(key.point);
    }

    @Override
    public int hashCode() {
        return Objects.hash(point);
    }

    @Override
    public String toString() {
        return "ES256 " + kid();
    }
}
