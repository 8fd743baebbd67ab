// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.Picture;
import dev.rivulet.engine.PicturePlan;
import dev.rivulet.engine.Vision;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.pictures.PictureProperties.OnFailure;
import dev.rivulet.problems.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** Pictures before an encoder that works, that fails, that takes too long and that gives no numbers. */
class PicturesTest {

    private static final ModelVersion VERSION = new ModelVersion("seer", "1");
    private static final Duration HOUR = Duration.ofHours(1);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Eyes eyes = new Eyes();
    private Pictures pictures = pictures(OnFailure.ANSWER, Duration.ofSeconds(30));

    private Pictures pictures(OnFailure onFailure, Duration encodeTime) {
        PictureProperties properties = new PictureProperties(
                4,
                3,
                DataSize.ofMegabytes(1),
                1_000_000,
                Duration.ofSeconds(5),
                encodeTime,
                8,
                DataSize.ofKilobytes(1),
                onFailure,
                3,
                HOUR);
        return new Pictures(properties, new PictureIntake(properties), meters);
    }

    @AfterEach
    void close() {
        eyes.held.countDown();
        pictures.close();
    }

    /** An encoder whose single row holds the first red value of its picture. */
    private static final class Eyes implements Vision {

        private final AtomicInteger runs = new AtomicInteger();
        private final CountDownLatch held = new CountDownLatch(1);
        private volatile String fault = "";

        @Override
        public int width() {
            return 2;
        }

        @Override
        public String placeholder() {
            return "<image>";
        }

        @Override
        public int token() {
            return 7;
        }

        @Override
        public PicturePlan plan(int width, int height) {
            return new PicturePlan(1, 1, "<image>");
        }

        @Override
        public float[] encode(Picture picture) {
            runs.incrementAndGet();
            switch (fault) {
                case "killed" -> throw new IllegalStateException("gone");
                case "slow" -> hold();
                default -> {
                    // It works, or gives what is no number.
                }
            }
            float value = fault.equals("NaN") ? Float.NaN : picture.rgb()[0] & 0xff;
            return new float[] {value, 1};
        }

        private void hold() {
            try {
                assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static PictureAsk ask(int red) throws Exception {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, red << 16);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(file.toByteArray());
        return new PictureIntake(new PictureProperties(
                        4,
                        3,
                        DataSize.ofMegabytes(1),
                        1_000_000,
                        HOUR,
                        HOUR,
                        8,
                        DataSize.ofKilobytes(1),
                        OnFailure.ANSWER,
                        3,
                        HOUR))
                .take("messages[0].content[0].image_url.url", url, false);
    }

    private List<Sight> look(String tenant, int... reds) throws Exception {
        List<PictureAsk> asks = new java.util.ArrayList<>();
        for (int red : reds) {
            asks.add(ask(red));
        }
        return pictures.look(VERSION, eyes, asks, tenant, HOUR).get(60, TimeUnit.SECONDS);
    }

    private static float first(Sight sight) {
        return ((Sight.Seen) sight).rows()[0];
    }

    @Test
    void picturesAreSeenInTheirOrder() throws Exception {
        assertThat(look("a", 10, 20, 30)).extracting(PicturesTest::first).containsExactly(10f, 20f, 30f);
    }

    @Test
    void whatATenantSendsAgainIsNotEncodedAgainButForAnotherTenantItIs() throws Exception {
        look("a", 10);
        look("a", 10);
        assertThat(eyes.runs).hasValue(1);
        look("b", 10);
        assertThat(eyes.runs).hasValue(2);
        assertThat(meters.get("rivulet.inference.media.cache.lookups")
                        .tag("outcome", "hit")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("rivulet.inference.media.cache").gauge().value()).isEqualTo(16);
    }

    @Test
    void theCacheHoldsNoMoreThanItsBytes() throws Exception {
        for (int red = 0; red < 200; red++) {
            look("a", red);
        }
        assertThat(meters.get("rivulet.inference.media.cache").gauge().value()).isLessThanOrEqualTo(1024);
        look("a", 199);
        assertThat(eyes.runs).hasValue(200);
    }

    @Test
    void aKilledEncoderLeavesPicturesUnseenAndIsLeftAloneAfterThreeFailures() throws Exception {
        eyes.fault = "killed";
        for (int i = 0; i < 5; i++) {
            assertThat(look("a", i)).singleElement().isInstanceOf(Sight.Unseen.class);
        }
        assertThat(eyes.runs).hasValue(3);
        assertThat(look("a", 9)).singleElement().asString().contains("left alone");
    }

    @Test
    void anEncoderThatGivesNoNumbersIsNotBelieved() throws Exception {
        eyes.fault = "NaN";
        assertThat(look("a", 1)).singleElement().asString().contains("no numbers");
        eyes.fault = "";
        assertThat(look("a", 1)).singleElement().isInstanceOf(Sight.Seen.class);
    }

    @Test
    void aSlowEncoderIsNotWaitedForBeyondItsTime() throws Exception {
        pictures.close();
        pictures = pictures(OnFailure.ANSWER, Duration.ofMillis(50));
        eyes.fault = "slow";
        assertThat(look("a", 1)).singleElement().asString().contains("too long");
    }

    @Test
    void requestsAreRefusedWhereTheSettingSaysSo() throws Exception {
        pictures.close();
        pictures = pictures(OnFailure.REFUSE, Duration.ofSeconds(30));
        eyes.fault = "killed";
        CompletableFuture<List<Sight>> looked = pictures.look(VERSION, eyes, List.of(ask(1)), "a", HOUR);
        assertThatThrownBy(() -> looked.get(60, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code().status()).isEqualTo(503));
    }

    @Test
    void morePicturesThanMayWaitAreRefusedForNow() throws Exception {
        eyes.fault = "slow";
        List<PictureAsk> many = new java.util.ArrayList<>();
        for (int i = 0; i < 12; i++) {
            many.add(ask(i));
        }
        CompletableFuture<List<Sight>> looked = pictures.look(VERSION, eyes, many, "a", HOUR);
        assertThatThrownBy(() -> looked.get(60, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code().status()).isEqualTo(429));
    }
}
