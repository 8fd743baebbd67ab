package dev.rivulet.federation.publication;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where bytes lie.
 *
 * @param folder of models and updates
 */
@ConfigurationProperties("rivulet.federation")
public record PublicationSettings(
        @DefaultValue(".rivulet/data/federation") Path folder) {}
