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
            "rivulet.rollouts.interval=1s"
        })
@ContextConfiguration(initializers = Platform.class)
public @interface WholeRegistry {}
