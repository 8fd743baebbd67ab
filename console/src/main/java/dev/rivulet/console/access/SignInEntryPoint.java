// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.security.web.server.DelegatingServerAuthenticationEntryPoint;
import org.springframework.security.web.server.DelegatingServerAuthenticationEntryPoint.DelegateEntry;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authentication.HttpStatusServerEntryPoint;
import org.springframework.security.web.server.authentication.RedirectServerAuthenticationEntryPoint;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;

/** Sends a person to the sign-in page, and tells a script 401. */
final class SignInEntryPoint {

    private SignInEntryPoint() {}

    static ServerAuthenticationEntryPoint of(String adminPath) {
        ServerWebExchangeMatcher scripts = ServerWebExchangeMatchers.pathMatchers(
                "/api/**", "/actuator/**", adminPath + "/instances/**", adminPath + "/applications/**");
        var entryPoint = new DelegatingServerAuthenticationEntryPoint(
                List.of(new DelegateEntry(scripts, new HttpStatusServerEntryPoint(HttpStatus.UNAUTHORIZED))));
        entryPoint.setDefaultEntryPoint(new RedirectServerAuthenticationEntryPoint("/login"));
        return entryPoint;
    }
}
