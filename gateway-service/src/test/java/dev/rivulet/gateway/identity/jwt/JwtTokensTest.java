// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.rivulet.gateway.identity.Authentication;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.Limits;
import dev.rivulet.problems.ProblemCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Tokens of an issuer whose keys are read over HTTP. */
class JwtTokensTest {

    private static final String ISSUER = "https://id.example";
    private static final Limits LIMITS = new Limits(10, 0, 0);

    private static HttpServer issuer;
    private static RSAKey key;
    private static RSAKey stranger;

    @BeforeAll
    static void start() throws Exception {
        key = new RSAKeyGenerator(2_048).keyID("one").generate();
        stranger = new RSAKeyGenerator(2_048).keyID("one").generate();
        byte[] keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, keys.length);
            try (exchange) {
                exchange.getResponseBody().write(keys);
            }
        });
        issuer.start();
    }

    @AfterAll
    static void stop() {
        issuer.stop(0);
    }

    @Test
    void aTokenNamesItsTenantAndItsScopesOfOurs() throws Exception {
        JwtTokens tokens = tokens("", issuer.getAddress().getPort());
        assertThat(read(tokens, signed(claims("sub", "kiosk-7").claim("scope", "openid inference offline"))))
                .isEqualTo(new Authentication.Known(
                        new Caller("jwt.kiosk-7", Set.of(Caller.INFERENCE), Caller.Priority.NORMAL, LIMITS)));
        assertThat(scopes(read(tokens, signed(claims("sub", "a").claim("scope", List.of("keys:write", "x"))))))
                .containsExactly(Caller.KEYS_WRITE);
        JwtTokens prefixed = tokens("rivulet.", issuer.getAddress().getPort());
        assertThat(scopes(read(prefixed, signed(claims("sub", "a").claim("scope", "admin rivulet.inference")))))
                .containsExactly(Caller.INFERENCE);
    }

    @Test
    void tenantsOfStrangeNamesNeverShareOne() throws Exception {
        JwtTokens tokens = tokens("", issuer.getAddress().getPort());
        Set<String> names = Set.of(
                name(read(tokens, signed(claims("sub", "auth0|a")))),
                name(read(tokens, signed(claims("sub", "auth0 a")))),
                name(read(tokens, signed(claims("sub", "x".repeat(300))))));
        assertThat(names).hasSize(3).allMatch(name -> name.matches("jwt\\.\\.[0-9a-f]{32}"));
    }

    @Test
    void whatIsNotSignedByTheIssuerForUsAndStillValidIsRefused() throws Exception {
        JwtTokens tokens = tokens("", issuer.getAddress().getPort());
        JWTClaimsSet good = claims("sub", "a").build();
        refused(tokens, signed(claims("sub", "a").issuer("https://other.example")));
        refused(tokens, signed(claims("sub", "a").audience("another")));
        refused(
                tokens,
                signed(claims("sub", "a").expirationTime(Date.from(Instant.now().minusSeconds(120)))));
        refused(
                tokens,
                signed(claims("sub", "a").notBeforeTime(Date.from(Instant.now().plusSeconds(600)))));
        refused(
                tokens,
                signed(new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience("rivulet")
                        .subject("a")));
        refused(tokens, signed(claims("name", "a")));
        refused(tokens, signed(good, JWSAlgorithm.RS256, new RSASSASigner(stranger)));
        refused(
                tokens,
                signed(
                        good,
                        JWSAlgorithm.HS256,
                        new MACSigner(key.toRSAPublicKey().getEncoded())));
        refused(tokens, new PlainJWT(good).serialize() + "x");
        String changed = signed(claims("sub", "a"));
        refused(tokens, changed.substring(0, changed.length() - 5) + "AAAAA");
        refused(tokens, "eyJ.eyJ.x");
        refused(tokens, "eyJ" + "a".repeat(9_000) + "..");
    }

    @Test
    void whatIsNoTokenIsLeftToTheKeys() throws Exception {
        JwtTokens tokens = tokens("", issuer.getAddress().getPort());
        assertThat(tokens.read("rvk_eyJ.a.b")).isEmpty();
        assertThat(tokens.read("eyJabc")).isEmpty();
    }

    @Test
    void whileTheIssuerIsAwayNobodyIsToldThatHisTokenIsWrong() throws Exception {
        JwtTokens tokens = tokens("", 1);
        Authentication.Refused refused = (Authentication.Refused) read(tokens, signed(claims("sub", "a")));
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.KEYS_UNAVAILABLE);
        assertThat(refused.problem().retryAfterSeconds()).isPresent();
    }

    private static JwtTokens tokens(String prefix, int port) throws IOException {
        JwtProperties properties = new JwtProperties(
                ISSUER,
                URI.create("http://127.0.0.1:" + port + "/jwks"),
                "rivulet",
                "sub",
                "scope",
                prefix,
                LIMITS,
                Duration.ofSeconds(30),
                Duration.ofSeconds(3));
        return new JwtTokens(properties, JwtConfiguration.keys(properties), Schedulers.immediate());
    }

    private static JWTClaimsSet.Builder claims(String name, String value) {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("rivulet")
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .claim(name, value);
    }

    private static String signed(JWTClaimsSet.Builder claims) throws JOSEException {
        return signed(claims.build(), JWSAlgorithm.RS256, new RSASSASigner(key));
    }

    private static String signed(JWTClaimsSet claims, JWSAlgorithm algorithm, JWSSigner signer) throws JOSEException {
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID("one").build(), claims);
        token.sign(signer);
        return token.serialize();
    }

    private static Authentication read(JwtTokens tokens, String token) {
        return Objects.requireNonNull(tokens.read(token).orElseThrow().block());
    }

    private static void refused(JwtTokens tokens, String token) {
        assertThat(read(tokens, token))
                .isInstanceOfSatisfying(
                        Authentication.Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.INVALID_TOKEN));
    }

    private static String name(Authentication outcome) {
        return ((Authentication.Known) outcome).caller().name();
    }

    private static Set<String> scopes(Authentication outcome) {
        return ((Authentication.Known) outcome).caller().scopes();
    }
}
