package dev.rivulet.console.access;

import jakarta.validation.constraints.NotBlank;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who may open the console.
 *
 * @param user the name to sign in with
 * @param password what to sign in with; empty: no sign-in, allowed on a loopback address only
 * @param internalToken opens {@code /actuator} to the other services; empty: open, as everything else on loopback
 * @param hosts names under which the console is reached besides {@code localhost} and loopback addresses; empty with a
 *     sign-in: every name
 */
@ConfigurationProperties("rivulet.console.access")
@Validated
public record AccessSettings(
        @DefaultValue("admin") @NotBlank String user,
        @DefaultValue("") String password,
        @DefaultValue("") String internalToken,
        @DefaultValue Set<String> hosts) {

    public AccessSettings {
        hosts = Set.copyOf(hosts);
    }

    @Override
    public String toString() {
        return "AccessSettings[user=" + user + ", password=***, internalToken=***, hosts=" + hosts + "]";
    }
}
