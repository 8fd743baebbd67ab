// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ContextConfiguration;

/** The whole service on a free port, with the real things below it and a token; one context serves all tests. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "rivulet.access.token=a-token-of-the-test",
            "rivulet.federation.participants.heartbeat=400ms",
            "rivulet.federation.participants.dead-after=3s",
            "rivulet.federation.rounds.tick=50ms",
            "rivulet.federation.flower.federation=flower",
            "rivulet.federation.flower.port=0"
        })
@ContextConfiguration(initializers = Platform.class)
public @interface WholeFederation {}
