"""Single sign-on by OpenID Connect: authorization code with PKCE, as a confidential client or a
public one."""
