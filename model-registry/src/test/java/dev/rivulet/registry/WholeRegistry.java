// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ContextConfiguration;

/** The whole service on a free port, with the real things below it; one context serves all tests. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "rivulet.artifacts.max-blob-size=256MB",
            "rivulet.outbox.lease=2s",
            "rivulet.outbox.retry-max=500ms",
            "rivulet.rollouts.tick=200ms",
            "rivulet.rollouts.interval=1s",
            "rivulet.stages.principals.ann=72a7f1e01c041cab82e8dc88be7c1f013ee877635b46844db262e7c27b0b74e3",
            "rivulet.stages.principals.ben=2a389259e9f9f1d8876969ca304f4365f86f391d862aedc7812d7c02860a6e61"
        })
@ContextConfiguration(initializers = Platform.class)
public @interface WholeRegistry {}
