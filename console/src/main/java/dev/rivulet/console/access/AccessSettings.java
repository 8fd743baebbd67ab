// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who may open the console. Hosts, and the token of the other services, are settings of {@code rivulet.access}.
 *
 * @param user the name to sign in with
 * @param password what to sign in with; empty: no sign-in, allowed on a loopback address only
 */
@ConfigurationProperties("rivulet.console.access")
@Validated
public record AccessSettings(
        @DefaultValue("admin") @NotBlank String user,
        @DefaultValue("") String password) {

    @Override
    public String toString() {
        return "AccessSettings[user=" + user + ", password=***]";
    }
}
