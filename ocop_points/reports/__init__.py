"""The overview of all localities, and the reports of the departments to the ministry."""
