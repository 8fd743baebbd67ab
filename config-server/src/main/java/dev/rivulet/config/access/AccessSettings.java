package dev.rivulet.config.access;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The token between services.
 *
 * @param token what {@code Authorization: Bearer} must carry; empty lets everybody in and is allowed on loopback alone
 */
@ConfigurationProperties("rivulet.access")
record AccessSettings(@DefaultValue("") String token) {

    AccessSettings {
        token = token.strip();
        if (!token.isEmpty() && token.length() < 16) {
            throw new IllegalArgumentException("RIVULET_INTERNAL_TOKEN needs at least 16 characters");
        }
    }

    boolean open() {
        return token.isEmpty();
    }

    @Override
    public String toString() {
        return "AccessSettings[token=" + (open() ? "none" : "set") + "]";
    }
}
